/* What the benchmarks share: a clock, the median of several rounds, and the form of a row: the
 * name, then value and unit as the last two fields. Must not know what is measured.
 *
 * With a word in the environment variable ROW only rows whose name has it are measured. CLOCK=cpu
 * counts the processor's time for this process, all threads together, instead of the hours of the
 * day: for one thread the same, less what other programs take away meanwhile. CLOCK=thread counts
 * that of the first thread, which is its share of the work.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_ROUNDS 9

typedef void (*bench_function)(void *state);

static inline bool bench_wants(const char *name)
{
    const char *word = getenv("ROW");
    return word == NULL || strstr(name, word) != NULL;
}

static inline clockid_t bench_clock(void)
{
    const char *clock = getenv("CLOCK");
    return clock == NULL                  ? CLOCK_MONOTONIC
           : strcmp(clock, "cpu") == 0    ? CLOCK_PROCESS_CPUTIME_ID
           : strcmp(clock, "thread") == 0 ? CLOCK_THREAD_CPUTIME_ID
                                          : CLOCK_MONOTONIC;
}

static inline double bench_now(void)
{
    struct timespec t;
    clock_gettime(bench_clock(), &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median seconds of one call: rounds of `repeats` calls, after three to warm up. */
static inline double bench_time(bench_function f, void *state, int repeats)
{
    double seconds[BENCH_ROUNDS];
    for (int i = 0; i < 3; i++) {
        f(state);
    }
    for (int r = 0; r < BENCH_ROUNDS; r++) {
        double start = bench_now();
        for (int i = 0; i < repeats; i++) {
            f(state);
        }
        seconds[r] = (bench_now() - start) / repeats;
    }
    qsort(seconds, BENCH_ROUNDS, sizeof *seconds, bench_compare);
    return seconds[BENCH_ROUNDS / 2];
}

/* For what a program cannot go on after. */
static inline void bench_stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static inline void bench_row(const char *name, double value, const char *unit)
{
    printf("%-34s %12.4f %s\n", name, value, unit);
    fflush(stdout);
}

#endif
