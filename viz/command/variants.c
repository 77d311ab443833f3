/* The same program with other inputs, for a class: the library draws them, and no two variants are
 * alike. Must not know a format, nor how they are drawn.
 */
#include <autograd/viz_teach.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

#define MOST_TRIES 50

typedef struct drawing {
    viz__session *session;
    const viz__request *request;
    char *before[VIZ__MOST_VARIANTS]; /* the bindings of each variant as one text */
    int made;
} drawing;

/* --- draws ------------------------------------------------------------------------------------ */

/* The variables' values as bindings, *new* in `given`, as many as *n; false when memory runs out. */
static bool bindings_of(ag_tensor *root, char **given, int *n)
{
    const viz__session drawn = {.root = root};
    ag_tensor **x = viz__variables(&drawn, n);
    bool good = x != NULL && *n <= VIZ__MOST_GIVEN;
    *n = good ? *n : 0;
    for (int i = 0; i < *n; i++) {
        double *value = viz__elements_of(x[i], false);
        given[i] = value != NULL ? viz__binding_text(x[i], value) : NULL;
        good = good && given[i] != NULL;
        free(value);
    }
    free(x);
    return good;
}

static void free_bindings(char **given, int n)
{
    for (int i = 0; i < n; i++) {
        free(given[i]);
    }
}

/* The bindings as one text, by which variants are compared. *New*. */
static char *joined(char *const *given, int n)
{
    size_t length = 1;
    for (int i = 0; i < n; i++) {
        length += given[i] != NULL ? strlen(given[i]) + 1 : 0;
    }
    char *text = malloc(length);
    if (text != NULL) {
        text[0] = '\0';
        for (int i = 0; i < n; i++) {
            strcat(strcat(text, i > 0 ? " " : ""), given[i]);
        }
    }
    return text;
}

static bool is_new(const drawing *d, const char *text)
{
    for (int i = 0; i < d->made; i++) {
        if (strcmp(d->before[i], text) == 0) {
            return false;
        }
    }
    return true;
}

/* --- output ----------------------------------------------------------------------------------- */

/* "sheet-07.md" of "sheet.md": each variant has a file of its own. */
static const char *numbered(const char *path, int number, char *text, size_t room)
{
    const char *slash = strrchr(path, '/'), *dot = strchr(slash != NULL ? slash : path, '.');
    int stem = dot != NULL ? (int)(dot - path) : (int)strlen(path);
    int length = snprintf(text, room, "%.*s-%02d%s", stem, path, number, path + stem);
    return length > 0 && (size_t)length < room ? text : path;
}

static int print_variant(const drawing *d, char *const *given, int n)
{
    viz__request one = *d->request;
    viz__session s;
    char path[4096];
    int number = d->made + 1;
    if (one.output != NULL && strcmp(one.output, "-") != 0) {
        one.output = numbered(one.output, number, path, sizeof path);
    }
    for (int i = 0; i < n; i++) {
        one.given[i] = given[i];
    }
    one.n_given = n;
    /* Between texts on the standard output; no line may come into a file of another format. */
    bool text = one.output != NULL || viz__word_of(one.format, "txt|text|md|markdown") >= 0;
    fprintf(text ? stdout : stderr, "%svariant %d: %s\n", number > 1 ? "\n" : "", number,
            d->before[d->made]);
    int code = viz__session_open(&s, &one, d->session);
    code = code == VIZ__DONE ? viz__print_one(&s, &one) : code;
    viz__session_close(&s);
    return code;
}

/* Prints the variant of a seed, unless one before it was the same; then *found stays false. */
static int try_variant(drawing *d, uint64_t seed, bool *found)
{
    char *given[VIZ__MOST_GIVEN] = {NULL};
    int n = 0, code = VIZ__DONE;
    ag_tensor *root = viz_variant(d->session->root, seed);
    if (root == NULL) {
        return viz__tell_error(d->session);
    }
    char *text = bindings_of(root, given, &n) ? joined(given, n) : NULL;
    ag_graph_free(ag_graph_of(root));
    if (text == NULL) {
        fputs("autograd: out of memory\n", stderr);
        code = VIZ__WRONG;
    } else if (is_new(d, text)) {
        *found = true;
        d->before[d->made] = text;
        code = print_variant(d, given, n);
        d->made++;
    } else {
        free(text);
    }
    free_bindings(given, n);
    return code;
}

/* Each variant has seeds of its own, so that more of them do not change the first ones. */
static int next_variant(drawing *d)
{
    uint64_t seed = ((uint64_t)d->request->seed << 20) + (uint64_t)d->made * MOST_TRIES;
    bool found = false;
    int code = VIZ__DONE;
    for (int i = 0; i < MOST_TRIES && code == VIZ__DONE && !found; i++) {
        code = try_variant(d, seed + (uint64_t)i, &found);
    }
    if (code == VIZ__DONE && !found) {
        fprintf(stderr, "autograd: --variants: only %d could be drawn\n", d->made);
        return VIZ__WRONG;
    }
    return code;
}

int viz__print_variants(viz__session *s, const viz__request *r)
{
    drawing *d = calloc(1, sizeof *d);
    if (d == NULL) {
        fputs("autograd: out of memory\n", stderr);
        return VIZ__WRONG;
    }
    *d = (drawing){.session = s, .request = r};
    int code = VIZ__DONE;
    while (code == VIZ__DONE && d->made < (int)r->variants) {
        code = next_variant(d);
    }
    for (int i = 0; i < d->made; i++) {
        free(d->before[i]);
    }
    free(d);
    return code;
}
