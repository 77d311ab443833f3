/* Graphs of 0-d tensors whose exercises are tested. */
#ifndef RANDOM_GRAPH_H
#define RANDOM_GRAPH_H

#include <autograd.h>
#include <math.h>

/* Eleven operations on three inputs, drawn from the graph's random numbers. */
static inline ag_tensor *random_graph(ag_graph *g)
{
    ag_tensor *node[14];
    for (int i = 0; i < 3; i++) {
        node[i] = ag_variable(g, floor(8 * ag_random_uniform(g) + 1) / 4);
    }
    for (int i = 3; i < 14; i++) {
        ag_tensor *a = node[i - 1 - (int)(ag_random_uniform(g) * 2)];
        ag_tensor *b = node[(int)(ag_random_uniform(g) * i)];
        switch ((int)(ag_random_uniform(g) * 5)) {
        case 0:
            node[i] = ag_sin(a);
            break;
        case 1:
            node[i] = ag_mul(a, b);
            break;
        case 2:
            node[i] = ag_add(a, b);
            break;
        case 3:
            node[i] = ag_exp(ag_cos(a));
            break;
        default:
            node[i] = ag_sub(ag_square(a), b);
        }
    }
    return node[13];
}

#endif
