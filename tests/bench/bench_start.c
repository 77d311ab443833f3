/* Cold start: this program started anew, where it makes a graph, differentiates x exp(x) and ends;
 * and the same where it does nothing, which is what any program costs that links the library. A
 * clock of this process alone would not tell.
 */
#include <autograd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static int first_gradient(void)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1);
    bool ok = ag_backward(ag_mul(x, ag_exp(x))) == AG_OK && ag_grad_item(x) > 5.43;
    ag_graph_free(g);
    return ok ? 0 : 1;
}

/* Program and argument. */
static void start(void *state)
{
    char **words = state;
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        execv(words[0], words);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        bench_stop("cannot start this program again");
    }
}

int main(int argc, char **argv)
{
    char nothing[] = "nothing", gradient[] = "gradient";
    if (argc > 1) {
        return strcmp(argv[1], gradient) == 0 ? first_gradient() : 0;
    }
    if (bench_clock() != CLOCK_MONOTONIC) {
        return 0;
    }
    if (bench_wants("cold start, nothing done")) {
        char *words[] = {argv[0], nothing, NULL};
        bench_row("cold start, nothing done", 1e6 * bench_time(start, words, 30), "us");
    }
    if (bench_wants("cold start, first gradient")) {
        char *words[] = {argv[0], gradient, NULL};
        bench_row("cold start, first gradient", 1e6 * bench_time(start, words, 30), "us");
    }
    return 0;
}
