/* How the processor computes: settings of the machine, not of a graph. Knows no tensor.
 */
#ifndef AUTOGRAD_CPU_H
#define AUTOGRAD_CPU_H

#include "base.h"

AG_BEGIN_C

/* --- denormal numbers ------------------------------------------------------------------------- */

/* Numbers below 2^-1022 (2^-126 in f32) are computed with the digits they have. Many processors
 * take a hundred cycles for each, which slows training where activations fade away. Turning this on
 * makes them zero instead, operands and results alike: faster, and wrong by up to that much.
 *
 * It is a switch of the processor and belongs to the calling thread, whatever it computes, not to a
 * graph. Threads that work for a call of the library do as its caller, and are left as they were;
 * other threads keep their own way, which mostly is at first that of the thread that starts them.
 * Off at first, unless the program was linked with -ffast-math. Errors: STATE, and nothing is
 * changed (this processor has no such switch, or an emulator does not obey it). */
AG_API AG_MUST_USE ag_status ag_flush_denormals(bool on);
AG_API bool ag_flushes_denormals(void);

AG_END_C

#endif
