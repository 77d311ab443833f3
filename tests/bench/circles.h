/* Points on two noisy circles, without a generator: the data of trainings that are timed. */
#ifndef BENCH_CIRCLES_H
#define BENCH_CIRCLES_H

#include <math.h>

/* n points, two numbers each, and 0 or 1 for the circle of each. */
static inline void bench_circles(int n, double *x, double *y)
{
    for (int i = 0; i < n; i++) {
        double radius = i % 2 != 0 ? 1 : 0.5, angle = 0.37 * i;
        x[2 * i] = radius * cos(angle) + 0.05 * sin(1.1 * i);
        x[2 * i + 1] = radius * sin(angle) + 0.05 * cos(2.3 * i);
        y[i] = i % 2;
    }
}

#endif
