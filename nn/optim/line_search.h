/* The line search of L-BFGS: how far along a direction in which the loss falls. Knows numbers only.
 */
#ifndef NN_OPTIM_LINE_SEARCH_H
#define NN_OPTIM_LINE_SEARCH_H

#define AG_NO_SITES
#include <autograd/base.h>

/* A point of the line: how far, the loss there, its derivative along the line. */
typedef struct nn__line_point {
    double at, value, slope;
} nn__line_point;

/* Computes value and slope at p->at. A value that is not finite is too far. */
typedef ag_status nn__line_function(void *context, nn__line_point *p);

typedef struct nn__line {
    nn__line_function *f;
    void *context;
    double c1, c2;
    int most; /* calls of f */
    int calls;
    nn__line_point start; /* at 0; its slope is negative */
} nn__line;

/* A point that satisfies the strong Wolfe conditions (Nocedal and Wright, eq. 3.7), the first one
 * tried being `first`; where there is none within `most` calls, the lowest that satisfies the first
 * of them, or `start` where none does. Algorithms 3.5 and 3.6. Errors: those of f. */
AG_MUST_USE ag_status nn__line_search(nn__line *line, double first, nn__line_point *found);

#endif
