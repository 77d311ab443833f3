/* The same program with other inputs, for a class: each variable of one element is drawn from round
 * numbers of its sign, so that values and gradients are finite and no two variants are alike. Must
 * not know a format.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

#define MOST_TRIES 200

static double drawn(ag_graph *g, double like)
{
    static const double numbers[] = {0.5, 1, 1.5, 2, 2.5, 3, 4, 5};
    int i = (int)(ag_random_uniform(g) * 8);
    return copysign(numbers[i < 8 ? i : 7], like);
}

/* The bindings of one variant, *new* in `given`; false when memory runs out. */
static bool draw(viz__session *s, ag_tensor *const *x, int n, char **given)
{
    for (int i = 0; i < n; i++) {
        double *value = viz__elements_of(x[i], false);
        for (int64_t k = 0; value != NULL && k < ag_size(x[i]); k++) {
            value[k] = drawn(s->graph, value[k]);
        }
        free(given[i]);
        given[i] = value != NULL ? viz__binding_text(x[i], value) : NULL;
        free(value);
        if (given[i] == NULL) {
            return false;
        }
    }
    return true;
}

/* Are the value and all gradients numbers? */
static bool is_finite(viz__session *s, const viz__request *r, char *const *given, int n)
{
    ag_mark mark = ag_graph_mark(s->graph);
    ag_tensor *f = viz__session_record(s, r, (const char *const *)given, n), *root = s->root;
    bool good = f != NULL && ag_size(f) == 1 && isfinite(ag_item(f)) && ag_backward(f) == AG_OK;
    s->root = f != NULL ? f : root;
    int m = 0;
    ag_tensor **x = good ? viz__variables(s, &m) : NULL;
    for (int i = 0; good && i < m; i++) {
        double *gradient = viz__elements_of(x[i], true);
        for (int64_t k = 0; gradient != NULL && k < ag_size(x[i]); k++) {
            good = good && isfinite(gradient[k]);
        }
        free(gradient);
    }
    free(x);
    s->root = root;
    ag_error_clear(s->graph);
    return ag_graph_rewind(s->graph, mark) == AG_OK && good;
}

/* The bindings as one text, by which variants are compared. *New*. */
static char *joined(char *const *given, int n)
{
    size_t length = 1;
    for (int i = 0; i < n; i++) {
        length += strlen(given[i]) + 1;
    }
    char *text = malloc(length);
    if (text != NULL) {
        text[0] = '\0';
        for (int i = 0; i < n; i++) {
            strcat(strcat(text, given[i]), " ");
        }
    }
    return text;
}

static bool is_new(char *const *before, int n, const char *text)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(before[i], text) == 0) {
            return false;
        }
    }
    return true;
}

/* "sheet-07.md" of "sheet.md": each variant has a file of its own. */
static const char *numbered(const char *path, int number, char *text, size_t room)
{
    const char *slash = strrchr(path, '/'), *dot = strchr(slash != NULL ? slash : path, '.');
    int stem = dot != NULL ? (int)(dot - path) : (int)strlen(path);
    int length = snprintf(text, room, "%.*s-%02d%s", stem, path, number, path + stem);
    return length > 0 && (size_t)length < room ? text : path;
}

static int print_variant(const viz__request *r, char *const *given, int n, int number)
{
    viz__request one = *r;
    viz__session s;
    char path[4096];
    int code = VIZ__USAGE;
    if (r->output != NULL && strcmp(r->output, "-") != 0) {
        one.output = numbered(r->output, number, path, sizeof path);
    }
    for (int i = 0; i < n; i++) {
        one.given[i] = given[i];
    }
    one.n_given = n;
    printf("%svariant %d:", number > 1 ? "\n" : "", number);
    if (viz__session_open(&s, &one)) {
        for (int i = 0; i < n; i++) {
            printf(" %s", given[i]);
        }
        putchar('\n');
        code = viz__print_one(&s, &one);
    }
    viz__session_close(&s);
    return code;
}

/* Draws until one is found that no variant before it was. */
static int next_variant(viz__session *s, const viz__request *r, ag_tensor *const *x, int n,
                        char **given, char **before, int number)
{
    for (int i = 0; i < MOST_TRIES && draw(s, x, n, given); i++) {
        char *text = joined(given, n);
        if (text != NULL && is_new(before, number, text) && is_finite(s, r, given, n)) {
            before[number] = text;
            return print_variant(r, given, n, number + 1);
        }
        free(text);
    }
    fprintf(stderr, "autograd: --variants: only %d could be drawn\n", number);
    return VIZ__WRONG;
}

int viz__print_variants(viz__session *s, const viz__request *r)
{
    int n, count = r->variants < 1000 ? (int)r->variants : 1000, code = VIZ__DONE, made = 0;
    ag_tensor **x = viz__variables(s, &n);
    char **given = calloc((size_t)n + 1, sizeof *given);
    char **before = calloc((size_t)count + 1, sizeof *before);
    bool good = x != NULL && given != NULL && before != NULL && n <= VIZ__MOST_GIVEN;
    for (; good && made < count && code == VIZ__DONE; made++) {
        code = next_variant(s, r, x, n, given, before, made);
    }
    for (int i = 0; before != NULL && i < count; i++) {
        free(before[i]);
    }
    for (int i = 0; given != NULL && i < n; i++) {
        free(given[i]);
    }
    free(before);
    free(given);
    free(x);
    return good ? code : VIZ__WRONG;
}
