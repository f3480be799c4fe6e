"""Draws random polygons with pycocotools and writes what comes out.

    pip install pycocotools numpy
    python tests/interop/coco_polygons.py > tests/fixtures/coco/polygons.json
"""

import json
import sys

import numpy as np
from pycocotools import mask

generator = np.random.default_rng(7)


def polygon(width: int, height: int) -> list[float]:
    points = int(generator.integers(3, 9))
    spread = float(generator.choice([0.5, 1.0, 1.6]))
    xy = (generator.random((points, 2)) - 0.5) * spread * 2 + 0.5
    xy = xy * [width, height]
    style = generator.integers(0, 4)
    if style == 0:
        xy = np.round(xy)
    elif style == 1:
        xy = np.round(xy * 2) / 2
    elif style == 2:
        xy = np.repeat(xy, 2, axis=0)
    return [round(float(value), 3) for value in xy.reshape(-1)]


cases = []
for _ in range(240):
    width, height = (int(side) for side in generator.integers(1, 40, 2))
    polygons = [polygon(width, height) for _ in range(int(generator.integers(1, 4)))]
    parts = mask.frPyObjects(polygons, height, width)
    merged = mask.merge(parts)
    cases.append(
        {
            "width": width,
            "height": height,
            "polygons": polygons,
            "counts": mask.encode(mask.decode(merged))["counts"].decode(),
        }
    )

json.dump(cases, sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
