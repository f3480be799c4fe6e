"""Draws the studio's VISOR annotations as VISOR-VOS's own tool does, with OpenCV.

    pip install numpy opencv-python-headless
    PYTHON=path/to/that/python npx vitest run --project unit tests/unit/exchange/visor-interop

`draw FILE WIDTHxHEIGHT FIRST` goes the way of `visor_to_davis.py -output_resolution WIDTHxHEIGHT
-keep_first_frame_masks_only FIRST`, pictures aside, and prints as JSON each sequence's names by id
and each PNG's values, deflated, in base64. The test compares pixel for pixel; it is skipped where
Python or a package is absent.
"""

import base64
import json
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np


def names_by_id(frames: list, first_only: bool) -> dict:
    names, previous = {}, None
    for frame in frames:
        sequence = frame["image"]["subsequence"]
        if sequence != previous or not first_only:
            drawn = {one["name"] for one in frame["annotations"] if len(one["segments"]) != 0}
            names.setdefault(sequence, set()).update(drawn)
        previous = sequence
    return {
        sequence: {number: name for number, name in enumerate(sorted(known), start=1)}
        for sequence, known in names.items()
    }


def draw(file: str, resolution: str, first: str) -> None:
    width, height = (int(side) for side in resolution.split("x"))
    data = json.loads(Path(file).read_text(encoding="utf-8"))
    frames = sorted(data["video_annotations"], key=lambda frame: frame["image"]["image_path"])
    mapping = names_by_id(frames, first == "1")
    pngs = {}
    for frame in frames:
        sequence = frame["image"]["subsequence"]
        ids = {name: number for number, name in mapping[sequence].items()}
        mask = np.zeros([1080, 1920], dtype=np.uint8)
        for entity in frame["annotations"]:
            polygons = [np.array(points or [[0.0, 0.0]], np.int32) for points in entity["segments"]]
            if entity["name"] in ids:
                cv2.fillPoly(mask, polygons, ids[entity["name"]])
        if np.all(mask == 0):
            continue
        scaled = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
        name = f"{sequence}/{frame['image']['name'].replace('jpg', 'png')}"
        pngs[name] = base64.b64encode(zlib.compress(scaled.tobytes())).decode()
    json.dump({"mapping": mapping, "pngs": pngs}, sys.stdout)


if __name__ == "__main__":
    {"draw": draw}[sys.argv[1]](*sys.argv[2:])
