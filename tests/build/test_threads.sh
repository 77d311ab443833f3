#!/bin/sh
# Proves of the library's threads what only a process of its own shows: they end when the library is
# unloaded, and with the program; a system that gives no thread or little memory stops nothing; the processors that others leave us are those that are used; and a build without
# threads computes the same.
. tests/build/lib.sh

# A sum of all elements of a product that is worth threads, one of a gradient, and how many there are.
cat >"$work/work.c" <<'END'
#include <autograd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
/* Root is not limited, so it becomes nobody. */
static int limit(rlim_t processes)
{
    const struct rlimit most = {processes, processes};
    return (geteuid() == 0 && setuid(65534) != 0) || setrlimit(RLIMIT_NPROC, &most) != 0;
}
int main(int argc, char **argv)
{
    if (argc > 1 && limit((rlim_t)atoi(argv[1])) != 0) {
        return 2;
    }
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_full(g, AG_PARAMETER, AG_SHAPE(400, 400), 0);
    int status = ag_fill_normal(a, 0, 0.1) == AG_OK ? 0 : 3;
    ag_tensor *loss = ag_sum(ag_tanh(ag_matmul(a, a)));
    status = ag_backward(loss) == AG_OK ? status : 3; /* no memory, if anything */
    printf("%a,%a threads %d\n", ag_item(loss), ag_grad_item_at(a, AG_SHAPE(399, 7)),
           ag_get_threads());
    ag_graph_free(g);
    return status;
}
END
cat >"$work/unload.c" <<'END'
#include <autograd.h>
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
typedef struct calls {
    ag_graph *(*graph)(void);
    void (*release)(ag_graph *);
    ag_tensor *(*full)(ag_graph *, ag_role, ag_shape, double);
    ag_tensor *(*product)(ag_tensor *, ag_tensor *);
    double (*item)(const ag_tensor *, ag_shape);
} calls;
static void *find(void *library, const char *name)
{
    void *f = dlsym(library, name);
    if (f == NULL) {
        puts(name);
    }
    return f;
}
/* Of this process; 1 where the system does not tell. */
static int threads(void)
{
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *e; tasks != NULL && (e = readdir(tasks)) != NULL;) {
        n += e->d_name[0] != '.';
    }
    return tasks == NULL || closedir(tasks) != 0 ? 1 : n;
}
int main(int argc, char **argv)
{
    int wrong = argc < 2;
    for (int i = 0; i < 50 && !wrong; i++) {
        void *library = dlopen(argv[1], RTLD_NOW);
        if (library == NULL) {
            puts(dlerror());
            return 2;
        }
        calls c;
        *(void **)&c.graph = find(library, "ag_graph_new");
        *(void **)&c.release = find(library, "ag_graph_free");
        *(void **)&c.full = find(library, "ag_full");
        *(void **)&c.product = find(library, "ag_matmul");
        *(void **)&c.item = find(library, "ag_item_at");
        ag_graph *g = c.graph();
        ag_tensor *a = c.full(g, AG_CONSTANT, AG_SHAPE(300, 300), 1);
        wrong = c.item(c.product(a, a), AG_SHAPE(299, 299)) != 300;
        c.release(g);
        usleep(i % 3 * 500); /* helpers look out for work, or sleep */
        wrong |= dlclose(library) != 0 || threads() != 1 || dlopen(argv[1], RTLD_NOLOAD | RTLD_NOW) != NULL;
    }
    return wrong;
}
END

build() { # source, libraries; to a program of the source's name
    $CC -std=c11 -D_GNU_SOURCE -DAG_NO_SITES -I"$BUILD/include" -o "$work/${1%.c}" "$work/$1" $2
}
library=$BUILD/libautograd.so
check "threads: a program" build work.c "$BUILD/libautograd.a ${LIBS:--lm}"
AUTOGRAD_THREADS=1 "$work/work" >"$work/want"
AUTOGRAD_THREADS=1 AUTOGRAD_ISA=baseline "$work/work" >"$work/want_baseline"

run() { (cd "$work" && AUTOGRAD_THREADS=$1 && export AUTOGRAD_THREADS && shift && "$@") >"$work/have"; }
same() { # threads, command...: the numbers of one thread
    run "$@" && [ "$(cut -d ' ' -f 1 "$work/have")" = "$(cut -d ' ' -f 1 "$work/want")" ]
}

check "threads: two give the bits of one" same 2 ./work
check "threads: and 64" same 64 ./work
check "threads: where none can be started" same 4 ./work 0
check "threads: where one can" same 4 ./work 2
# Memory that some dozen stacks take up may lack elsewhere, which is an error like any other.
ends() { run "$@"; [ $? = 3 ] || same "$@"; }
for kib in 30000 45000 60000 90000; do
    check "threads: with $kib KiB of memory" ends 64 sh -c "ulimit -v $kib && ./work"
done
used() { run "$@" && grep -q ' threads 1$' "$work/have"; }
if have taskset; then
    check "threads: as many as there are processors for us" used '' taskset -c 0 ./work
else
    skip "threads: as many as there are processors for us" "no taskset"
fi

# The sources of ops/cpu alone are other ones without threads; the rest is that of the library.
without() {
    for f in ops/cpu/*.c; do
        $CC -std=c11 -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE '-DAG_SETS=S(baseline,16)' -iquote . \
            -I"$BUILD/include" -c -o "$work/without_$(basename "$f" .c).o" "$f" || return 1
    done
    build work.c "$(echo "$work"/without_*.o) $BUILD/libautograd.a -lm" && used 4 ./work &&
        nm "$work/work" >"$work/names" && ! grep pthread_create "$work/names"
}
check "threads: a build without them" without
check "threads: which computes the same" cmp "$work/have" "$work/want_baseline"

if [ -e "$library" ] && build unload.c "-ldl" >"$work/said" 2>&1; then
    check "threads: the library is unloaded 50 times" run 3 ./unload "$(cd "$BUILD" && pwd)/libautograd.so"
else
    skip "threads: the library is unloaded" "no $library, or no dlopen"
fi
finish
