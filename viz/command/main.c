/* The command `autograd`. Must not know what its tasks do.
 */
#include <autograd/base.h>
#include <stdio.h>

#include "arguments.h"
#include "session.h"

static int told(const viz__request *r)
{
    if (r->version) {
        printf("autograd %s\n", ag_version());
        return VIZ__DONE;
    }
    if (r->manual) {
        viz__print_manual(stdout);
        return VIZ__DONE;
    }
    if (r->completion != NULL) {
        viz__print_completion(stdout, r->completion);
        return VIZ__DONE;
    }
    viz__print_help(stdout, r->task);
    return VIZ__DONE;
}

static int evaluate(const viz__request *r)
{
    viz__session s;
    int code = viz__session_open(&s, r, NULL);
    if (code == VIZ__DONE) {
        code = r->variants > 0 ? viz__print_variants(&s, r) : viz__print_one(&s, r);
    }
    viz__session_close(&s);
    return code;
}

static int run(const viz__request *r)
{
    if (r->help || r->version || r->manual || r->completion != NULL) {
        return told(r);
    }
    if (r->list) {
        return viz__run_list(r);
    }
    switch (r->task) {
    case VIZ__FIT:
        return viz__run_fit(r);
    case VIZ__DIFF:
        return viz__run_diff(r);
    case VIZ__CHECK:
        return viz__run_check(r);
    case VIZ__DIAGNOSE:
        return viz__run_diagnose(r);
    default:
        return evaluate(r);
    }
}

int main(int count, char **argument)
{
    viz__request r;
    if (!viz__read_arguments(&r, count, argument)) {
        return VIZ__USAGE;
    }
    int code = run(&r);
    if ((fflush(stdout) != 0 || ferror(stdout) != 0) && code == VIZ__DONE) {
        fprintf(stderr, "autograd: the output could not be written\n");
        code = VIZ__WRONG;
    }
    return code;
}
