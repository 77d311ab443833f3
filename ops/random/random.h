/* Leaves filled with random numbers, with vector instructions and threads. The numbers are those
 * that the generator of the graph would give one at a time (engine.h), in row-major order, and
 * afterwards the generator continues after them. Normal numbers agree with ag_random_normal except
 * for the last digits of a logarithm and a cosine.
 *
 * A leaf may have any dtype: for f32 the numbers are rounded, for i64 truncated towards 0. Errors
 * of all: NULL_ARGUMENT; STATE (not a leaf).
 */
#ifndef AUTOGRAD_RANDOM_H
#define AUTOGRAD_RANDOM_H

#include "base.h"

AG_BEGIN_C

/* Fills a leaf with numbers that are uniform in [low, high). Rounding may turn a number into
 * `high`: in f32 this happens to one of 2^25 numbers from [0,1). Errors: VALUE (a bound that is not
 * finite, high below low). */
AG_API AG_MUST_USE ag_status ag_fill_uniform(ag_tensor *t, double low, double high);

/* Fills a leaf with normal numbers of this mean and standard deviation. Errors: VALUE (not finite,
 * a negative deviation). */
AG_API AG_MUST_USE ag_status ag_fill_normal(ag_tensor *t, double mean, double deviation);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_fill_uniform(t, low, high) ag_fill_uniform(AG_AT(t), low, high)
#define ag_fill_normal(t, mean, deviation) ag_fill_normal(AG_AT(t), mean, deviation)
#endif

#endif
