"""The leaf tree, and how a range of leaves is answered."""


def subtrees(first, end, leaves):
    """The fewest nodes (level, index) that cover the range, from left to right."""
    root = (leaves - 1).bit_length()
    f = first
    while f < end:
        level, width = 0, 2
        while f % width == 0 and level < root and min(f + width, leaves) <= end:
            level, width = level + 1, 2 * width
        yield level, f >> level
        f = min(f + (1 << level), end)


def complete(level, index, leaves, known, add):
    """The value of a node: what is known of it, or the sum of its children."""
    value = known(level, index)
    if value is not None:
        return value
    left = complete(level - 1, 2 * index, leaves, known, add)
    if (2 * index + 1) << (level - 1) >= leaves:
        return left
    return add(left, complete(level - 1, 2 * index + 1, leaves, known, add))


def tree_sum(values, add):
    """The root over some leaves."""
    while len(values) > 1:
        pairs = [values[i : i + 2] for i in range(0, len(values), 2)]
        values = [add(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return values[0]


def block_samples(leaf_size):
    """Samples of a block of an evaluation."""
    block = leaf_size
    while block < 256:
        block *= 2
    return block
