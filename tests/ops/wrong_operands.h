/* What the tests of wrong calls on shapes and indices share: operands of every kind. */
#ifndef WRONG_OPERANDS_H
#define WRONG_OPERANDS_H

#include "ops/counted.h"

static ag_tensor *scalar, *vector, *matrix, *single, *whole, *wide;

static void begin(void)
{
    g = ag_graph_new();
    scalar = ag_variable(g, 1);
    vector = variable(AG_SHAPE(3));
    matrix = ag_name(variable(AG_SHAPE(2, 3)), "W");
    single = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(2, 3), NULL);
    whole = INDICES(AG_SHAPE(2, 3), 0, 1, 2, 0, 1, 2);
    wide = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 1, 1, 1, 1, 1, 1, 1), 1);
}

#endif
