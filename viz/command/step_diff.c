/* One step of gradient descent, and what it changed: autograd diff. Must not know how differences
 * are written.
 */
#include <stdlib.h>
#include <string.h>

#include "session.h"

/* The variables after the step, as bindings. *New* in `given`. */
static bool stepped(ag_tensor *const *x, int n, double rate, char **given)
{
    for (int i = 0; i < n; i++) {
        double *value = viz__elements_of(x[i], false);
        double *gradient = ag_has_grad(x[i]) ? viz__elements_of(x[i], true) : NULL;
        for (int64_t k = 0; value != NULL && gradient != NULL && k < ag_size(x[i]); k++) {
            value[k] -= rate * gradient[k];
        }
        given[i] = value != NULL ? viz__binding_text(x[i], value) : NULL;
        free(value);
        free(gradient);
        if (given[i] == NULL) {
            return false;
        }
    }
    return true;
}

static ag_status print_diff(viz__session *s, const viz__request *r, char *const *given, int n)
{
    viz_snapshot *before = NULL;
    ag_status status = viz_snapshot_new(s->root, &before);
    ag_tensor *root =
        status == AG_OK ? viz__session_record(s, r, (const char *const *)given, n) : NULL;
    if (root != NULL) {
        status = ag_backward(root);
    }
    if (root != NULL && status == AG_OK) {
        const viz_options o = {.digits = (int)r->digits, .ascii = r->ascii};
        printf("%s\none step of gradient descent with the rate %g\n\n",
               viz_program_text(s->program), r->rate > 0 ? r->rate : 0.1);
        status = viz_diff(stdout, before, root, &o);
    }
    viz_snapshot_free(before);
    return root != NULL ? status : AG_ERR_VALUE;
}

int viz__run_diff(const viz__request *r)
{
    viz__session s;
    int n = 0;
    ag_tensor **x = NULL;
    char **given = NULL;
    ag_status status = AG_ERR_VALUE;
    if (viz__session_open(&s, r)) {
        ag_retain_grads(s.graph, true);
        status = ag_backward(s.root);
        x = status == AG_OK ? viz__variables(&s, &n) : NULL;
        given = calloc((size_t)n + 1, sizeof *given);
        if (x != NULL && given != NULL && stepped(x, n, r->rate > 0 ? r->rate : 0.1, given)) {
            status = print_diff(&s, r, given, n);
        }
        if (status != AG_OK) {
            viz__tell_error(s.graph);
        }
    }
    for (int i = 0; given != NULL && i < n; i++) {
        free(given[i]);
    }
    free(given);
    free(x);
    viz__session_close(&s);
    return status == AG_OK ? VIZ__DONE : VIZ__USAGE;
}
