/* One step of gradient descent, or other values of variables, and what that changed: autograd diff.
 * Must not know how differences are written.
 */
#include <stdlib.h>
#include <string.h>

#include "session.h"

#define MOST_MOVED 64

typedef struct stepping {
    viz__session *session;
    const viz__request *request;
    double rate;
    ag_tensor **variable;
    int n;
    ag_tensor *moved[MOST_MOVED]; /* by --target */
    int n_moved;                  /* 0: all are */
    char **given;                 /* the variables after the step, as bindings */
} stepping;

static bool is_moved(const stepping *d, const ag_tensor *x)
{
    bool found = d->n_moved == 0;
    for (int i = 0; i < d->n_moved; i++) {
        found = found || d->moved[i] == x;
    }
    return found;
}

/* False when memory runs out. */
static bool step(stepping *d)
{
    for (int i = 0; i < d->n; i++) {
        ag_tensor *x = d->variable[i];
        double *value = viz__elements_of(x, false);
        double *gradient = is_moved(d, x) && ag_has_grad(x) ? viz__elements_of(x, true) : NULL;
        for (int64_t k = 0; value != NULL && gradient != NULL && k < ag_size(x); k++) {
            value[k] -= d->rate * gradient[k];
        }
        d->given[i] = value != NULL ? viz__binding_text(x, value) : NULL;
        free(value);
        free(gradient);
        if (d->given[i] == NULL) {
            return false;
        }
    }
    return true;
}

/* The piece of "x=3; y=4" that begins with this name and =; its length. NULL for none. */
static const char *value_in(const char *to, const char *name, size_t *length)
{
    size_t n = strlen(name);
    for (const char *at = to; at != NULL;
         at = strchr(at, ';') != NULL ? strchr(at, ';') + 1 : NULL) {
        at += strspn(at, " ");
        if (strncmp(at, name, n) == 0 && at[n + strspn(at + n, " ")] == '=') {
            *length = strcspn(at, ";");
            return at;
        }
    }
    return NULL;
}

static size_t count_pieces(const char *to)
{
    size_t n = 1;
    for (; *to != '\0'; to++) {
        n += *to == ';' && to[1 + strspn(to + 1, " ")] != '\0';
    }
    return n;
}

/* A variable's value as a binding, or the piece of --to that gives it another one. *New*. */
static char *value_of(const ag_tensor *x, const char *to, size_t *found)
{
    size_t length;
    const char *piece = value_in(to, ag_name_of(x), &length);
    if (piece != NULL) {
        char *text = calloc(length + 1, 1);
        ++*found;
        return text != NULL ? memcpy(text, piece, length) : NULL;
    }
    double *value = viz__elements_of(x, false);
    char *text = value != NULL ? viz__binding_text(x, value) : NULL;
    free(value);
    return text;
}

/* False, and it is printed, if there is another name in --to than those of variables. */
static bool take_values(stepping *d)
{
    const char *to = d->request->to;
    size_t found = 0;
    bool good = true;
    for (int i = 0; i < d->n; i++) {
        d->given[i] = value_of(d->variable[i], to, &found);
        good = good && d->given[i] != NULL;
    }
    if (!good) {
        fputs("autograd: out of memory\n", stderr);
    } else if (found != count_pieces(to)) {
        fprintf(stderr, "autograd: --to: %s: name variables of the program, as x=3; y=4\n", to);
        good = false;
    }
    return good;
}

static void print_head(const stepping *d)
{
    if (d->request->to != NULL) {
        printf("%s\nfrom the values given to %s\n\n", viz_program_text(d->session->program),
               d->request->to);
        return;
    }
    printf("%s\none step of gradient descent with the rate %g, which moves",
           viz_program_text(d->session->program), d->rate);
    for (int i = 0, told = 0; i < d->n; i++) {
        if (is_moved(d, d->variable[i])) {
            printf("%s %s", told++ > 0 ? "," : "", ag_name_of(d->variable[i]));
        }
    }
    printf("%s\n\n", d->n_moved == 0 && d->n > 1 ? "; -t moves some of them" : "");
}

static int print_diff(stepping *d)
{
    viz__session *s = d->session;
    viz_snapshot *before = NULL;
    print_head(d);
    ag_status status = viz_snapshot_new(s->root, &before);
    ag_tensor *root = NULL;
    if (status == AG_OK) {
        root = viz__session_record(s, d->request, (const char *const *)d->given, d->n);
        if (root != NULL && ag_size(root) != 1) {
            fprintf(stderr,
                    "autograd: --to: %s: then the result is not one number, as before\n"
                    "  hint: give values of the same shapes\n",
                    d->request->to);
            viz_snapshot_free(before);
            return VIZ__USAGE;
        }
        status = root != NULL ? ag_backward(root) : ag_error(s->graph);
    }
    if (status == AG_OK) {
        const viz_options o = {.digits = (int)d->request->digits, .ascii = d->request->ascii};
        status = viz_diff(stdout, before, root, &o);
    }
    viz_snapshot_free(before);
    return status == AG_OK ? VIZ__DONE : viz__tell_error(s);
}

static int run(stepping *d)
{
    viz__session *s = d->session;
    int code = viz__differentiate(s, d->request);
    if (code == VIZ__DONE && (ag_size(s->root) != 1 || !ag_needs_grad(s->root))) {
        fputs("autograd: diff: no step can be taken without a gradient\n", stderr);
        code = VIZ__USAGE;
    }
    if (code == VIZ__DONE && d->request->target != NULL) {
        d->n_moved = viz__named(s, d->request->target, d->moved, MOST_MOVED);
        code = d->n_moved < 0 ? VIZ__USAGE : code;
    }
    if (code != VIZ__DONE) {
        return code;
    }
    d->variable = viz__variables(s, &d->n);
    d->given = calloc((size_t)d->n + 1, sizeof *d->given);
    if (d->variable == NULL || d->given == NULL) {
        fputs("autograd: out of memory\n", stderr);
        return VIZ__WRONG;
    }
    if (d->request->to != NULL ? !take_values(d) : !step(d)) {
        return VIZ__USAGE;
    }
    return print_diff(d);
}

int viz__run_diff(const viz__request *r)
{
    viz__session s;
    stepping d = {.session = &s, .request = r, .rate = r->rate > 0 ? r->rate : 0.1};
    int code = viz__session_open(&s, r, NULL);
    code = code == VIZ__DONE ? run(&d) : code;
    for (int i = 0; d.given != NULL && i < d.n; i++) {
        free(d.given[i]);
    }
    free(d.given);
    free(d.variable);
    viz__session_close(&s);
    return code;
}
