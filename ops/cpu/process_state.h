/* What the library keeps for the whole process. Private to ops/cpu/.
 *
 * Nothing else in the library is a variable that can change: a graph belongs to its caller. Threads
 * cannot be had so. They outlive the call that starts them, serve every graph, and must be found
 * again by whoever unloads the library or forks; and settings of the machine are those of all
 * graphs.
 */
#ifndef OPS_CPU_PROCESS_STATE_H
#define OPS_CPU_PROCESS_STATE_H

#include <stdatomic.h>

#include "helpers.h"

typedef struct ag__process_state {
    atomic_int threads; /* as ag_get_threads; 0: not asked for yet */
    atomic_int isa;     /* 1 + the place in the list of sets; 0: not asked for yet */
    ag__helpers helpers;
} ag__process_state;

extern ag__process_state ag__process;

#endif
