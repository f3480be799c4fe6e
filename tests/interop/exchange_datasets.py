"""Reads the studio's exports for data sets as researchers' own tools do.

    pip install numpy pillow pycocotools
    PYTHON=path/to/that/python npx vitest run --project unit tests/unit/exchange/datasets

`read FOLDER` opens the exports that the test has put there and prints, as JSON, what it sees:
`coco.json` through `pycocotools.coco.COCO`, `youtube-vis.json` as youtubevos's `ytvos.py` takes
masks from it, `sav.json` as sam2's `sav_dataset/utils/sav_utils.py` does, the PNGs of the zips
through Pillow. The test compares pixel for pixel; it is skipped where Python or a package is absent.
"""

import contextlib
import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO


def pixels(array: np.ndarray) -> list:
    return np.asarray(array).astype(int).flatten().tolist()


def read_coco(path: Path) -> dict:
    with contextlib.redirect_stdout(io.StringIO()):
        data = COCO(str(path))
    seen = []
    for annotation in data.loadAnns(data.getAnnIds()):
        rle = data.annToRLE(annotation)
        [image] = data.loadImgs(annotation["image_id"])
        [category] = data.loadCats(annotation["category_id"])
        seen.append(
            {
                "id": annotation["id"],
                "file": image["file_name"],
                "category": category["name"],
                "track": annotation["track_id"],
                "isArea": annotation["area"] == int(coco_mask.area(rle)),
                "isBox": annotation["bbox"] == coco_mask.toBbox(rle).tolist(),
                "pixels": pixels(data.annToMask(annotation)),
            }
        )
    files = [image["file_name"] for image in data.loadImgs(sorted(data.getImgIds()))]
    return {"annotations": seen, "files": files}


def read_youtube_vis(path: Path) -> dict:
    data = json.loads(path.read_text(encoding="utf-8"))
    [video] = data["videos"]
    seen = []
    for annotation in data["annotations"]:
        assert annotation["video_id"] == video["id"]
        frames = []
        for index, rle in enumerate(annotation["segmentations"]):
            box, area = annotation["bboxes"][index], annotation["areas"][index]
            if rle is None:
                assert box is None and area is None
                frames.append(None)
                continue
            assert box == coco_mask.toBbox(rle).tolist()
            assert area == int(coco_mask.area(rle))
            frames.append(pixels(coco_mask.decode(rle)))
        seen.append({"track": annotation["track_id"], "frames": frames})
    return {"files": video["file_names"], "length": video["length"], "annotations": seen}


def read_sav(path: Path) -> dict:
    data = json.loads(path.read_text(encoding="utf-8"))
    masklet = data.pop("masklet")
    data["masklet"] = [[pixels(coco_mask.decode(rle) > 0) for rle in frame] for frame in masklet]
    return data


def read_zip(path: Path) -> dict:
    seen = {}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".json"):
                seen[name] = json.loads(content)
                continue
            Image.open(io.BytesIO(content)).verify()
            image = Image.open(io.BytesIO(content))
            seen[name] = {"mode": image.mode, "pixels": pixels(np.array(image))}
    return seen


def read(folder: str) -> None:
    root = Path(folder)
    json.dump(
        {
            "coco": read_coco(root / "coco.json"),
            "youtubeVis": read_youtube_vis(root / "youtube-vis.json"),
            "sav": read_sav(root / "sav.json"),
            "youtubeVos": read_zip(root / "youtube-vos.zip"),
            "objects": read_zip(root / "object-png-zip.zip"),
            "cutOuts": read_zip(root / "cut-out-png-zip.zip"),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    {"read": read}[sys.argv[1]](*sys.argv[2:])
