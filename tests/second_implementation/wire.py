"""Messages and frames as they travel, from PROTOCOL.md alone."""
import json
import math
import struct
from collections import namedtuple

import numpy as np

PROTOCOL = 3
ARITHMETIC = 1
MAGIC = 0x42495254
LAYOUT = struct.Struct("<IHHIIIIdIIfI")
Header = namedtuple("Header", "magic version kind id level index correct loss offset total compute_ms reserved")
FRAME_ELEMENTS_MAX = 524_276
GRADIENT_ELEMENTS_MIN = 262_132
PARAMETERS, GRADIENT = 1, 2


def text_of(message):
    """A message as JSON text."""
    return json.dumps(worded(message), allow_nan=False)


def worded(value):
    """Numbers that JSON has no word for, as texts."""
    if isinstance(value, dict):
        return {name: worded(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [worded(item) for item in value]
    if isinstance(value, float):
        if value != value:
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if value == 0 and math.copysign(1, value) < 0:
            return "-0"
    return value


def numbers_of(values):
    """Numbers that a peer sent."""
    return [float(value) if isinstance(value, str) else value for value in values]


def parameter_frames(step, parameters):
    offsets = range(0, len(parameters), FRAME_ELEMENTS_MAX)
    return frames(PARAMETERS, step, (0, 0), (parameters, 0.0, 0), 0, offsets)


def gradient_frames(round_, node, sums, compute_ms):
    """The last elements first."""
    length = len(sums[0])
    ends = range(length, 0, -FRAME_ELEMENTS_MAX)
    offsets = [max(0, end - FRAME_ELEMENTS_MAX) for end in ends]
    return frames(GRADIENT, round_, node, sums, compute_ms, offsets)


def frames(kind, id_, node, sums, compute_ms, offsets):
    vector, loss, correct = sums
    cuts = sorted([*offsets, len(vector)])
    for offset in offsets:
        part = vector[offset : cuts[cuts.index(offset) + 1]]
        header = Header(MAGIC, PROTOCOL, kind, id_, *node, correct, loss, offset, len(vector), compute_ms, 0)
        yield LAYOUT.pack(*header) + part.astype("<f4").tobytes()


def read_frame(frame):
    """Header and elements."""
    header = Header(*LAYOUT.unpack_from(frame))
    elements = np.frombuffer(frame, "<f4", offset=LAYOUT.size)
    if (header.magic, header.version) != (MAGIC, PROTOCOL):
        raise ValueError("This is no frame of this protocol")
    most = min(FRAME_ELEMENTS_MAX, header.total - header.offset)
    least = most if header.kind == PARAMETERS else 1 if header.offset == 0 else GRADIENT_ELEMENTS_MIN
    if not least <= len(elements) <= most:
        raise ValueError("This frame has not as many elements as it says")
    return header, elements
