/* How many processors this process may use; see processors.h. Must not know what for. */
#include "processors.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef AG_THREADS
#include <sched.h>
#include <unistd.h>

/* A number, alone or before a comma, as OMP_NUM_THREADS may be a list; 0 if it is none. */
static int number_in(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    long n = text != NULL ? strtol(text, &end, 10) : 0;
    bool fits = n > 0 && n <= 1 << 20 && (*end == '\0' || *end == ',');
    return fits ? (int)n : 0;
}

/* As many as others leave us: taskset, batch systems. 0 where that is not known. */
static int allowed(void)
{
#ifdef CPU_COUNT
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
#else
    return 0;
#endif
}

static int present(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 && n <= 1 << 20 ? (int)n : 1;
}

/* Containers are given a part of the processors' time: "quota period" in microseconds, or "max" and
 * no bound. Linux, Control Group v2. */
static int quota(void)
{
    char text[64] = "";
    FILE *f = fopen("/sys/fs/cgroup/cpu.max", "r");
    if (f != NULL) {
        text[fread(text, 1, sizeof text - 1, f)] = '\0';
        fclose(f);
    }
    char *end;
    long long time = strtoll(text, &end, 10), period = strtoll(end, NULL, 10);
    bool bounded = time > 0 && period > 0 && time / period < 1 << 20;
    return bounded ? (int)(time / period + (time % period > 0)) : 0;
}

int ag__default_threads(void)
{
    int n = number_in("AUTOGRAD_THREADS");
    n = n > 0 ? n : number_in("OMP_NUM_THREADS");
    if (n == 0) {
        int part = quota();
        n = allowed();
        n = n > 0 ? n : present();
        n = part > 0 && part < n ? part : n;
    }
    return n;
}
#else
int ag__default_threads(void)
{
    return 1;
}
#endif
