"""Exchanges masks with the studio's formats through the libraries that researchers use.

    pip install numpy pillow pycocotools
    PYTHON=path/to/that/python npx vitest run --project unit tests/unit/exchange/interop.test.ts

`read ZIP JSON` prints, as JSON, what Pillow and pycocotools see in an export: for each PNG its mode,
palette and ids, for each mask of the project its pixels. `write FOLDER` writes masks of its own
there, PNGs of several kinds and COCO run lengths, with their pixels beside them in `masks.json`.
The test compares pixel for pixel. It is skipped where Python or one of the packages is absent.
"""

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco


def read(zip_path: str, project_path: str) -> None:
    pngs = {}
    with zipfile.ZipFile(zip_path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            image = Image.open(io.BytesIO(archive.read(name)))
            image.verify()
            image = Image.open(io.BytesIO(archive.read(name)))
            pngs[name] = {
                "mode": image.mode,
                "palette": image.getpalette(),
                "ids": np.array(image).flatten().tolist(),
            }
    project = json.loads(Path(project_path).read_text(encoding="utf-8"))
    masks = []
    for item in project["masks"]:
        rle = item["segmentation"]
        masks.append(
            {
                "objectId": item["objectId"],
                "frame": item["frame"],
                "area": int(coco.area(rle)),
                "pixels": coco.decode(rle).flatten().tolist(),
                "encodedAgain": coco.encode(coco.decode(rle))["counts"].decode("ascii"),
            }
        )
    json.dump({"pngs": pngs, "masks": masks}, sys.stdout)


def write(folder: str) -> None:
    random = np.random.default_rng(7)
    written = {"pngs": [], "rles": []}
    for height, width in [(1, 1), (5, 7), (33, 31), (120, 214)]:
        blobs = random.integers(0, 6, ((height + 7) // 8, (width + 7) // 8), dtype=np.uint8)
        ids = np.kron(blobs, np.ones((8, 8), dtype=np.uint8))[:height, :width]
        indexed = Image.fromarray(ids)
        indexed.putpalette([channel for i in range(256) for channel in (i, 255 - i, i // 2)])
        kinds = {
            "indexed8": (indexed, {}),
            "indexed4": (indexed, {"bits": 4}),
            "optimized": (indexed, {"optimize": True}),
            "grey": (Image.fromarray(ids), {}),
            "bits": (Image.fromarray(ids > 2), {}),
        }
        for kind, (image, options) in kinds.items():
            name = f"{kind}-{width}x{height}.png"
            image.save(Path(folder) / name, **options)
            pixels = (ids > 2).astype(np.uint8) if kind == "bits" else ids
            written["pngs"].append(
                {"name": name, "width": width, "height": height, "ids": pixels.flatten().tolist()}
            )
        for value in range(6):
            pixels = (ids == value).astype(np.uint8)
            written["rles"].append(
                {
                    "width": width,
                    "height": height,
                    "counts": coco.encode(np.asfortranarray(pixels))["counts"].decode("ascii"),
                    "pixels": pixels.flatten().tolist(),
                }
            )
    (Path(folder) / "masks.json").write_text(json.dumps(written))


if __name__ == "__main__":
    {"read": read, "write": write}[sys.argv[1]](*sys.argv[2:])
