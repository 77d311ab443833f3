/* How the processor computes: with how many threads, by which instruction set, and what it does
 * with denormal numbers. The first two are settings of the whole process, the last of the calling
 * thread; none belongs to a graph. Knows no tensor.
 */
#ifndef AUTOGRAD_CPU_H
#define AUTOGRAD_CPU_H

#include "base.h"

AG_BEGIN_C

/* --- threads ---------------------------------------------------------------------------------- */

/* Work that is large enough is done by the calling thread and helpers of the library's own, which
 * are started when they are first needed, sleep while there is nothing to do, and end when the
 * library is unloaded or the program ends. Results have the same bits for any number of threads.
 *
 * The number of threads, the caller included, is what ag_set_threads said last; before that, and
 * after ag_set_threads(0), what the environment variable AUTOGRAD_THREADS says, else
 * OMP_NUM_THREADS, else as many as there are processors this process may use. At most 128 serve.
 * Where a thread cannot be started, fewer serve, and the next call of ag_set_threads has it tried
 * again.
 *
 * Graphs may compute in several threads of the program at once. One of them has the helpers at a
 * time; the others compute alone meanwhile. After fork() the child starts helpers of its own.
 * Errors: VALUE (n is negative). */
AG_API AG_MUST_USE ag_status ag_set_threads(int n);

/* The threads that a large call uses; 1 where the library was built without. */
AG_API int ag_get_threads(void);

/* --- instruction sets ------------------------------------------------------------------------- */

/* Kernels exist once for each instruction set: "baseline", "avx2" (with FMA) and "avx512" on
 * x86-64, "neon" on 64-bit Arm, "baseline" elsewhere. The best that the processor runs is taken,
 * and last digits depend on it: README.md says of which results. So that different machines print
 * the same digits, a set can be asked for; "baseline" is the least one of every machine.
 *
 * The environment variable AUTOGRAD_ISA takes the best set that is not above the one it names, and
 * the least for a name that is unknown. ag_set_isa takes exactly the one named, and goes before the
 * variable; NULL takes that back. Call it before a graph computes: what has been computed stays.
 * Errors, and nothing is changed: VALUE (no set has that name); STATE (this processor or this build
 * does not have it). */
AG_API AG_MUST_USE ag_status ag_set_isa(const char *name);

/* The set in use. *Borrowed*, constant. */
AG_API const char *ag_get_isa(void);

/* --- denormal numbers ------------------------------------------------------------------------- */

/* Numbers below 2^-1022 (2^-126 in f32) are computed with the digits they have. Many processors
 * take a hundred cycles for each, which slows training where activations fade away. Turning this on
 * makes them zero instead, operands and results alike: faster, and wrong by up to that much.
 *
 * It is a switch of the processor and belongs to the calling thread, whatever it computes, not to a
 * graph. The library's helpers do as the thread they work for; other threads keep their own way,
 * which mostly is at first that of the thread that starts them. Off at first, unless the program
 * was linked with -ffast-math. Errors: STATE, and nothing is changed (this processor has no such
 * switch, or an emulator does not obey it). */
AG_API AG_MUST_USE ag_status ag_flush_denormals(bool on);
AG_API bool ag_flushes_denormals(void);

AG_END_C

#endif
