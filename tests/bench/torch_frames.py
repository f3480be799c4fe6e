"""Tracks frames with the reference predictor and tells how long each took.

    pip install torch numpy pillow hydra-core iopath tqdm
    python tests/bench/torch_frames.py <folder>

Started by `torch-ratio.mjs`, which writes `job.json`, `weights.safetensors` and `frames.rgb` into the
folder. Says `ready`; then, for each number on standard input, tracks so many frames and answers with
their milliseconds and the last mask's area in pixels.

The predictor is the reference's own, in float32: its memories are stored in bfloat16, which needs
autocast, so those two conversions are left out. Frames lie in memory, resized and normalised, and
neither that nor filling holes (which needs CUDA there) is timed.
"""

import importlib.util
import json
import math
import struct
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

folder = Path(sys.argv[1])
job = json.loads((folder / "job.json").read_text())
sys.path.insert(0, job["source"])
torch.set_num_threads(job["threads"])

from sam2.modeling.backbones.hieradet import Hiera  # noqa: E402
from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder  # noqa: E402
from sam2.modeling.memory_attention import MemoryAttention, MemoryAttentionLayer  # noqa: E402
from sam2.modeling.memory_encoder import CXBlock, Fuser, MaskDownSampler, MemoryEncoder  # noqa: E402
from sam2.modeling.position_encoding import PositionEmbeddingSine  # noqa: E402
from sam2.modeling.sam.transformer import RoPEAttention  # noqa: E402


def predictor_module():
    """`sam2_video_predictor.py` without its conversions to bfloat16."""
    path = Path(job["source"]) / "sam2" / "sam2_video_predictor.py"
    text = path.read_text()
    assert text.count(".to(torch.bfloat16)") == 2
    spec = importlib.util.spec_from_file_location("sam2_video_predictor_float32", path)
    module = importlib.util.module_from_spec(spec)
    exec(compile(text.replace(".to(torch.bfloat16)", ""), str(path), "exec"), module.__dict__)
    return module


def positions(channels):
    return PositionEmbeddingSine(
        num_pos_feats=channels, normalize=True, scale=None, temperature=10000
    )


def image_encoder(model):
    width = model["embedDim"]
    trunk = Hiera(
        embed_dim=width,
        num_heads=model["heads"],
        stages=model["stages"],
        global_att_blocks=model["globalAttentionBlocks"],
        window_pos_embed_bkg_spatial_size=[model["backgroundSize"]] * 2,
        window_spec=model["windows"],
    )
    neck = FpnNeck(
        position_encoding=positions(model["width"]),
        d_model=model["width"],
        backbone_channel_list=[8 * width, 4 * width, 2 * width, width],
        fpn_top_down_levels=[2, 3],
        fpn_interp_model="nearest",
    )
    return ImageEncoder(scalp=1, trunk=trunk, neck=neck)


def memory_attention(model, grid):
    def attention(**more):
        return RoPEAttention(
            rope_theta=10000.0,
            feat_sizes=[grid, grid],
            embedding_dim=model["width"],
            num_heads=1,
            downsample_rate=1,
            dropout=0.1,
            **more,
        )

    layer = MemoryAttentionLayer(
        activation="relu",
        dim_feedforward=model["memoryFeedForward"],
        dropout=0.1,
        pos_enc_at_attn=False,
        self_attention=attention(),
        d_model=model["width"],
        pos_enc_at_cross_attn_keys=True,
        pos_enc_at_cross_attn_queries=False,
        cross_attention=attention(rope_k_repeat=True, kv_in_dim=model["memoryWidth"]),
    )
    return MemoryAttention(
        d_model=model["width"],
        pos_enc_at_input=True,
        layer=layer,
        num_layers=model["memoryAttentionLayers"],
    )


def memory_encoder(model):
    block = CXBlock(
        dim=model["width"],
        kernel_size=7,
        padding=3,
        layer_scale_init_value=1e-6,
        use_dwconv=True,
    )
    return MemoryEncoder(
        out_dim=model["memoryWidth"],
        position_encoding=positions(model["memoryWidth"]),
        mask_downsampler=MaskDownSampler(
            kernel_size=3, stride=2, padding=1, embed_dim=model["width"]
        ),
        fuser=Fuser(block, num_layers=2),
        in_dim=model["width"],
    )


def build(module, model, image_size):
    """As `sam2.1_hiera_*.yaml` and `build_sam.py: build_sam2_video_predictor` have it."""
    return module.SAM2VideoPredictor(
        image_encoder=image_encoder(model),
        memory_attention=memory_attention(model, image_size // 16),
        memory_encoder=memory_encoder(model),
        num_maskmem=7,
        image_size=image_size,
        sigmoid_scale_for_mem_enc=20.0,
        sigmoid_bias_for_mem_enc=-10.0,
        use_mask_input_as_output_without_sam=True,
        directly_add_no_mem_embed=True,
        no_obj_embed_spatial=True,
        use_high_res_features_in_sam=True,
        multimask_output_in_sam=True,
        iou_prediction_use_sigmoid=True,
        use_obj_ptrs_in_encoder=True,
        add_tpos_enc_to_obj_ptrs=True,
        proj_tpos_enc_in_obj_ptrs=True,
        use_signed_tpos_enc_to_obj_ptrs=True,
        only_obj_ptrs_in_the_past_for_eval=True,
        pred_obj_scores=True,
        pred_obj_scores_mlp=True,
        fixed_no_obj_ptr=True,
        multimask_output_for_tracking=True,
        use_multimask_token_for_obj_ptr=True,
        multimask_min_pt_num=0,
        multimask_max_pt_num=1,
        use_mlp_for_obj_ptr_proj=True,
        sam_mask_decoder_extra_args={
            "dynamic_multimask_via_stability": True,
            "dynamic_multimask_stability_delta": 0.05,
            "dynamic_multimask_stability_thresh": 0.98,
        },
        binarize_mask_from_pts_for_mem_enc=True,
        fill_hole_area=0,
    ).eval()


def read_weights(path):
    data = path.read_bytes()
    (header_bytes,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + header_bytes])
    weights = {}
    for name, entry in header.items():
        start, end = (8 + header_bytes + at for at in entry["data_offsets"])
        values = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
        weights[name] = torch.from_numpy(values.copy())
    return weights


def read_frames(path, width, height, image_size):
    pixels = np.fromfile(path, np.uint8).reshape(-1, height, width, 3)
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    frames = []
    for picture in pixels:
        resized = np.array(Image.fromarray(picture).resize((image_size, image_size)))
        values = torch.from_numpy(resized).permute(2, 0, 1) / 255.0
        frames.append((values - mean) / deviation)
    return frames


def main():
    module = predictor_module()
    predictor = build(module, job["model"], job["imageSize"])
    predictor.load_state_dict(read_weights(folder / "weights.safetensors"))
    width, height = job["width"], job["height"]
    pictures = read_frames(folder / "frames.rgb", width, height, job["imageSize"])
    images = torch.stack([pictures[at] for at in job["order"]])
    module.load_video_frames = lambda **_: (images, height, width)
    with torch.inference_mode():
        state = predictor.init_state("frames")
        predictor.add_new_points_or_box(
            state,
            frame_idx=0,
            obj_id=1,
            points=np.array([job["click"]], np.float32),
            labels=np.array([1], np.int32),
        )
        tracking = predictor.propagate_in_video(state)
        print("ready", flush=True)
        for line in sys.stdin:
            times = []
            cpu_started = time.process_time()
            area = math.nan
            for _ in range(int(line)):
                started = time.perf_counter()
                _, _, masks = next(tracking)
                area = int((masks[0] > 0).sum())
                times.append((time.perf_counter() - started) * 1000)
            cpu_ms = (time.process_time() - cpu_started) * 1000
            print(json.dumps({"ms": times, "cpuMs": cpu_ms, "areaPx": area}), flush=True)


main()
