/* Leaves filled with random numbers, in vectors and threads. The numbers are those that the graph's
 * generator would give one at a time (engine.h), row-major, and it is left behind them; normal ones
 * agree with ag_random_normal but for the last digits of a logarithm and a cosine.
 *
 * A leaf is of any dtype: f32 rounds, i64 goes towards 0. Errors: NULL_ARGUMENT; STATE (not a
 * leaf).
 */
#ifndef AUTOGRAD_FILL_H
#define AUTOGRAD_FILL_H

#include "base.h"

AG_BEGIN_C

/* Fill a leaf with values from [low, high), or with the given mean and standard deviation. */
AG_API AG_MUST_USE ag_status ag_fill_uniform(ag_tensor *t, double low, double high);
AG_API AG_MUST_USE ag_status ag_fill_normal(ag_tensor *t, double mean, double deviation);

AG_END_C

#endif
