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

/* Fill a leaf with values from [low, high), of which rounding may make high (in f32 one in 2^25 of
 * those from [0,1)), or with the given mean and standard deviation. Errors besides: VALUE (a number
 * that is not finite, high below low, a negative deviation). */
AG_API AG_MUST_USE ag_status ag_fill_uniform(ag_tensor *t, double low, double high);
AG_API AG_MUST_USE ag_status ag_fill_normal(ag_tensor *t, double mean, double deviation);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_fill_uniform(t, low, high) ag_fill_uniform(AG_AT(t), low, high)
#define ag_fill_normal(t, mean, deviation) ag_fill_normal(AG_AT(t), mean, deviation)
#endif

#endif
