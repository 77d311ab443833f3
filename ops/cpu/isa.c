/* The instruction set: what was compiled, what this processor runs, and what was asked for; see
 * cpu.h. AG_SETS is the Makefile's list of what was compiled, S(name, bytes of a vector) for each,
 * the best last. Must not know any kernel.
 */
#include "isa.h"

#include <autograd/cpu.h>
#include <stdlib.h>
#include <string.h>

#include "process_state.h"

/* Every set there is, on any machine. A higher one has all that the lower ones have. */
enum { LEAST, AVX2, AVX512, HIGHEST = AVX512 };
static const struct {
    const char *name;
    int level;
} known[] = {{"baseline", LEAST}, {"neon", LEAST}, {"avx2", AVX2}, {"avx512", AVX512}};
enum { KNOWN = sizeof known / sizeof known[0] };

static const char *const compiled[] = {
#define S(set, bytes) #set,
    AG_SETS
#undef S
};
enum { SETS = sizeof compiled / sizeof compiled[0] };

/* Negative where no set has that name. */
static int level_of(const char *name)
{
    int level = -1;
    for (int i = 0; i < KNOWN; i++) {
        level = strcmp(name, known[i].name) == 0 ? known[i].level : level;
    }
    return level;
}

static bool level_runs(int level)
{
    bool runs = level == LEAST;
#if defined(__x86_64__)
    if (level >= AVX2) {
        runs = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
    if (level >= AVX512) {
        runs = runs && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    }
#endif
    return runs;
}

bool ag__isa_runs(int i)
{
    return level_runs(level_of(compiled[i]));
}

/* The best set that was compiled, runs and is not above this level. */
static int best_within(int level)
{
    int best = 0;
    for (int i = 0; i < SETS; i++) {
        best = level_of(compiled[i]) <= level && ag__isa_runs(i) ? i : best;
    }
    return best;
}

/* Another thread may choose meanwhile; then that stands. */
static int choose(void)
{
    const char *name = getenv("AUTOGRAD_ISA");
    int chosen = best_within(name != NULL && *name != '\0' ? level_of(name) : HIGHEST), none = 0;
    bool first = atomic_compare_exchange_strong(&ag__process.isa, &none, chosen + 1);
    return first ? chosen : none - 1;
}

int ag__isa(void)
{
    int i = atomic_load_explicit(&ag__process.isa, memory_order_relaxed);
    return i > 0 ? i - 1 : choose();
}

const char *ag_get_isa(void)
{
    return compiled[ag__isa()];
}

ag_status ag_set_isa(const char *name)
{
    if (name == NULL) {
        atomic_store(&ag__process.isa, 0);
        return AG_OK;
    }
    for (int i = 0; i < SETS; i++) {
        bool least = i == 0 && strcmp(name, "baseline") == 0;
        if ((least || strcmp(name, compiled[i]) == 0) && ag__isa_runs(i)) {
            atomic_store(&ag__process.isa, i + 1);
            return AG_OK;
        }
    }
    return level_of(name) < 0 ? AG_ERR_VALUE : AG_ERR_STATE;
}
