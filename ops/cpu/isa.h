/* Which instruction set's kernels run. Private to ops/. */
#ifndef OPS_CPU_ISA_H
#define OPS_CPU_ISA_H

#include <stdbool.h>

/* The place of the set in use, as ag_get_isa, in the Makefile's list of what was compiled. It may
 * change at any time, from another thread: who needs the same set twice asks once. */
int ag__isa(void);

/* Does this processor run set i of that list? */
bool ag__isa_runs(int i);

#endif
