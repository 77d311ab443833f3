/* The stepper's page of a root, and the lecture's function after its pass. */
#ifndef STEPPER_PAGE_H
#define STEPPER_PAGE_H

#include "tests/viz/text.h"

static inline char *page(const ag_tensor *root, viz_options o)
{
    o.format = VIZ_STEPPER;
    return written(viz_write, root, &o);
}

static inline ag_tensor *ready(ag_graph *g)
{
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    return f;
}

#endif
