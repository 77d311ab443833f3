/* A program that was asked for: read from the arguments, a file or the standard input, bound and
 * recorded. Must not know what is printed of it.
 */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "viz/text/text.h"

#define MOST_INPUT ((size_t)4 << 20) /* bytes of a file */

/* --- memory ----------------------------------------------------------------------------------- */

static void *get(void *context, size_t bytes)
{
    viz__budget *b = context;
    if (bytes > b->most - b->used) {
        return NULL;
    }
    void *memory = malloc(bytes);
    b->used += memory != NULL ? bytes : 0;
    return memory;
}

static void give_back(void *context, void *memory, size_t bytes)
{
    viz__budget *b = context;
    b->used -= memory != NULL ? bytes : 0;
    free(memory);
}

ag_allocator viz__limited(viz__budget *b, double megabytes)
{
    *b = (viz__budget){0, (size_t)(megabytes > 0 ? megabytes : 1024) << 20};
    return (ag_allocator){get, give_back, b};
}

int viz__tell_error(const viz__session *s)
{
    return viz__tell(s->graph, (double)(s->budget.most >> 20));
}

/* --- the text --------------------------------------------------------------------------------- */

static char *read_all(FILE *in, size_t *bytes)
{
    size_t room = 4096;
    char *text = malloc(room);
    *bytes = 0;
    while (text != NULL) {
        *bytes += fread(text + *bytes, 1, room - *bytes, in);
        if (*bytes < room || *bytes > MOST_INPUT) {
            break;
        }
        room *= 2;
        char *larger = realloc(text, room);
        if (larger == NULL) {
            free(text);
        }
        text = larger;
    }
    if (text != NULL && ferror(in) != 0) {
        free(text);
        text = NULL;
    }
    return text;
}

char *viz__read_file(const char *path, size_t *bytes)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "the standard input" : path;
    errno = 0;
    FILE *in = standard ? stdin : fopen(path, "rb");
    char *text = in != NULL ? read_all(in, bytes) : NULL;
    int error = errno;
    if (in != NULL && !standard) {
        fclose(in);
    }
    if (text == NULL) {
        fprintf(stderr, "autograd: cannot read %s: %s\n", name,
                error != 0 ? strerror(error) : "out of memory");
    } else if (*bytes > MOST_INPUT) {
        fprintf(stderr, "autograd: %s is longer than %zu bytes\n", name, MOST_INPUT);
        free(text);
        return NULL;
    } else if (*bytes >= 3 &&
               memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* some editors' first bytes */
        memmove(text, text + 3, *bytes -= 3);
    }
    return text;
}

static char *copy_of(const char *text, size_t bytes)
{
    char *copy = malloc(bytes + 1);
    if (copy != NULL) {
        memcpy(copy, text, bytes);
        copy[bytes] = '\0';
    }
    return copy;
}

static bool read_text(viz__session *s, const viz__request *r, const viz__session *like)
{
    const char *path = r->file != NULL ? r->file : strcmp(r->program, "-") == 0 ? "-" : NULL;
    if (like != NULL) {
        s->bytes = like->bytes;
        s->text = copy_of(like->text, like->bytes);
    } else if (path != NULL) {
        s->text = viz__read_file(path, &s->bytes);
    } else {
        s->bytes = strlen(r->program);
        s->text = copy_of(r->program, s->bytes);
    }
    return s->text != NULL;
}

/* --- recording -------------------------------------------------------------------------------- */

ag_tensor *viz__session_record(viz__session *s, const viz__request *r, const char *const *given,
                               int n)
{
    viz_program_free(s->program);
    s->program = viz_program_new(s->graph, s->text, s->bytes,
                                 &(viz_program_options){.separate = r->separate});
    ag_status status = s->program != NULL ? AG_OK : AG_ERR_VALUE;
    for (int i = 0; i < n && status == AG_OK; i++) {
        status = viz_program_bind(s->program, given[i]);
    }
    return status == AG_OK ? viz_program_record(s->program) : NULL;
}

int viz__session_open(viz__session *s, const viz__request *r, const viz__session *like)
{
    *s = (viz__session){.graph = NULL};
    const ag_graph_options o = {.allocator = viz__limited(&s->budget, r->memory),
                                .seed = (uint64_t)r->seed};
    if (!read_text(s, r, like)) {
        return VIZ__USAGE;
    }
    s->graph = ag_graph_new_with(&o);
    s->root = s->graph != NULL ? viz__session_record(s, r, r->given, r->n_given) : NULL;
    return s->root != NULL ? VIZ__DONE : viz__tell_error(s);
}

void viz__session_close(viz__session *s)
{
    viz_program_free(s->program);
    ag_graph_free(s->graph);
    free(s->text);
}

/* --- what was recorded ------------------------------------------------------------------------ */

static bool is_variable(const ag_tensor *t)
{
    return ag_role_of(t) == AG_VARIABLE && ag_name_of(t) != NULL;
}

ag_tensor **viz__variables(const viz__session *s, int *n)
{
    ag_order order;
    *n = 0;
    if (ag_order_by_age(s->root, &order) != AG_OK) {
        return NULL;
    }
    ag_tensor **list = malloc((order.n + 1) * sizeof *list);
    for (size_t i = 0; list != NULL && i < order.n; i++) {
        if (is_variable(order.node[i])) {
            list[(*n)++] = AG_UNCONST(ag_tensor *, order.node[i]);
        }
    }
    ag_order_free(&order);
    return list;
}

/* The latest node of a name of n bytes. */
static ag_tensor *node_named(const ag_order *order, const char *name, size_t n)
{
    for (size_t i = order->n; i-- > 0;) {
        const char *own = ag_name_of(order->node[i]);
        if (own != NULL && strlen(own) == n && strncmp(own, name, n) == 0) {
            return AG_UNCONST(ag_tensor *, order->node[i]);
        }
    }
    return NULL;
}

static void tell_unnamed(const ag_order *order, const char *name, size_t n)
{
    fprintf(stderr, "autograd: the result does not depend on %.*s\n  hint: it depends on", (int)n,
            name);
    for (size_t i = 0, told = 0; i + 1 < order->n && told < 12; i++) {
        const char *own = ag_name_of(order->node[i]);
        if (own != NULL) {
            fprintf(stderr, "%s %s", told++ > 0 ? "," : "", own);
        }
    }
    fputs(order->n > 1 ? "\n" : " nothing\n", stderr);
}

int viz__named(const viz__session *s, const char *names, ag_tensor **found, int room)
{
    ag_order order;
    int n = 0;
    if (ag_order_by_age(s->root, &order) != AG_OK) {
        viz__tell_error(s);
        return -1;
    }
    for (const char *at = names; n >= 0 && at != NULL;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, ",");
        ag_tensor *t = n < room ? node_named(&order, at, length) : NULL;
        if (t == NULL && n < room) {
            tell_unnamed(&order, at, length);
        } else if (t == NULL) {
            fprintf(stderr, "autograd: at most %d names are taken: %s\n", room, names);
        }
        if (t != NULL) {
            found[n++] = t;
        } else {
            n = -1;
        }
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    ag_order_free(&order);
    return n;
}

double *viz__elements_of(const ag_tensor *t, bool gradient)
{
    int64_t n = ag_size(t);
    double *value = calloc((size_t)n + 1, sizeof *value);
    if (value != NULL && (gradient ? ag_grad_get(t, value, n) : ag_get(t, value, n)) != AG_OK) {
        free(value);
        return NULL;
    }
    return value;
}

/* Brackets around rows: before element i those of the axes that begin there. */
static size_t brackets(char *text, ag_shape shape, int64_t i, char bracket)
{
    int64_t each = 1;
    size_t n = 0;
    for (int d = shape.ndim - 1; d >= 0; d--) {
        each *= shape.dim[d];
        if (i % each == 0) {
            text[n++] = bracket;
        }
    }
    return n;
}

/* As few digits as give the same number again. */
static size_t put_exactly(char *text, double value)
{
    size_t n = 0;
    for (int digits = 15; digits <= 17; digits++) {
        n = (size_t)sprintf(text, "%.*g", digits, value);
        digits = strtod(text, NULL) == value ? 17 : digits;
    }
    return n;
}

char *viz__binding_text(const ag_tensor *t, const double *value)
{
    const char *name = ag_name_of(t);
    ag_shape shape = ag_shape_of(t);
    int64_t size = ag_size(t);
    char *text = malloc(strlen(name) + 64 + (size_t)size * 48);
    size_t n = text != NULL ? (size_t)sprintf(text, "%s=", name) : 0;
    for (int64_t i = 0; text != NULL && i < size; i++) {
        n += (size_t)sprintf(text + n, "%s", i > 0 ? "," : "");
        n += brackets(text + n, shape, i, '[');
        n += put_exactly(text + n, value[i]);
        n += brackets(text + n, shape, i + 1, ']');
        text[n] = '\0';
    }
    return text;
}
