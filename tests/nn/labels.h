/* Labels of classes as tensors. `g` is the test's graph. */
#ifndef LABELS_H
#define LABELS_H

#include "tests/expect.h"

#define LABELS(shape, ...)                                                                         \
    ((ag_leaf)(g, AG_CONSTANT, AG_I64, shape, (const int64_t[]){__VA_ARGS__}))

#endif
