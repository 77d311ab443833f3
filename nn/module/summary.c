/* The table of a network: a line for each module, indented as the tree is, with what it gives and
 * holds, then the sums. Numbers that are saved count as parameters, as in Keras; buffers and frozen
 * ones are not trained. Must not know what layers there are.
 */
#define AG_NO_SITES
#include <autograd/inspect.h>
#include <stdio.h>
#include <string.h>

#include "module.h"

typedef struct count {
    int64_t all, trained;
    size_t bytes;
} count;

/* Of the module alone, without its children. */
static count count_of(const nn_module *m)
{
    count c = {0, 0, 0};
    for (const nn__held_slot *s = m->slots; s != NULL; s = s->next) {
        int64_t n = ag_size(s->slot.tensor);
        c.all += n;
        c.trained += s->slot.buffer || s->slot.frozen ? 0 : n;
        c.bytes += ag_bytes(s->slot.tensor);
    }
    return c;
}

/* --- cells ------------------------------------------------------------------------------------ */

enum { CELL = 2 * NN__DEEPEST + NN__LONGEST_NAME + 100 };

/* 1234567 as 1,234,567. */
static const char *number_text(int64_t n, char *text)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)n), at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

/* "  2 linear": two spaces for each level, the last part of the path, the type. */
static const char *name_text(const char *path, const nn_module *m, char *text)
{
    const char *last = strrchr(path, '.');
    int level = *path != '\0';
    for (const char *p = path; (p = strchr(p, '.')) != NULL; p++) {
        level++;
    }
    bool shared = m->places != NULL && m->places->next_place != NULL;
    snprintf(text, CELL, "%*s%s%s%.80s%s", 2 * level, "", last != NULL ? last + 1 : path,
             level > 0 ? " " : "", m->type, shared ? " (shared)" : "");
    return text;
}

/* "[batch,10]": the first axis is the batch, whatever the sample's had. */
static const char *shape_text(const nn_module *m, char *text)
{
    char all[AG_SHAPE_TEXT];
    if (m->output_shape.ndim < 1) {
        return m->output_shape.ndim < 0 ? "not used" : "one number";
    }
    ag_shape_text(m->output_shape, all);
    snprintf(text, CELL, "[batch%s", strpbrk(all, ",]"));
    return text;
}

/* --- the table -------------------------------------------------------------------------------- */

typedef struct table {
    FILE *out; /* NULL while the widths are found */
    int name_width, shape_width;
    count sum;
} table;

static int at_least(int width, const char *text)
{
    int n = (int)strlen(text);
    return n > width ? n : width;
}

static ag_status add_row(char *path, nn_module *m, void *user)
{
    table *t = user;
    char name[CELL], shape[CELL], all[32], trained[32], bytes[32];
    const char *shape_now = shape_text(m, shape);
    count c = count_of(m);
    name_text(path, m, name);
    if (t->out == NULL) {
        t->name_width = at_least(t->name_width, name);
        t->shape_width = at_least(t->shape_width, shape_now);
        return AG_OK;
    }
    t->sum.all += c.all;
    t->sum.trained += c.trained;
    t->sum.bytes += c.bytes;
    fprintf(t->out, "%-*s  %-*s  %12s  %12s  %14s\n", t->name_width, name, t->shape_width,
            shape_now, number_text(c.all, all), number_text(c.trained, trained),
            number_text((int64_t)c.bytes, bytes));
    return AG_OK;
}

static void rule(const table *t)
{
    for (int i = 0; i < t->name_width + t->shape_width + 46; i++) {
        fputc('-', t->out);
    }
    fputc('\n', t->out);
}

static void print_sums(const table *t)
{
    char all[32], trained[32], rest[32], bytes[32];
    fprintf(t->out, "Parameters: %s (%s bytes)\nTrained: %s\nNot trained: %s\n",
            number_text(t->sum.all, all), number_text((int64_t)t->sum.bytes, bytes),
            number_text(t->sum.trained, trained), number_text(t->sum.all - t->sum.trained, rest));
}

ag_status nn_summary(FILE *out, const nn_module *m)
{
    if (m == NULL || out == NULL) {
        return m == NULL ? AG_ERR_NULL_ARGUMENT
                         : ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL,
                                   "nn_summary: the stream is NULL");
    }
    if (!m->built) {
        return ag_fail(m->graph, AG_ERR_STATE, "call nn_build(network, dtype, shape of a sample)",
                       "nn_summary: the network is not built");
    }
    table t = {.out = NULL, .name_width = 5, .shape_width = 12};
    (void)!nn__walk(m, add_row, &t);
    t.out = out;
    fprintf(out, "%-*s  %-*s  %12s  %12s  %14s\n", t.name_width, "Layer", t.shape_width,
            "Output shape", "Parameters", "Trained", "Bytes");
    rule(&t);
    (void)!nn__walk(m, add_row, &t);
    rule(&t);
    print_sums(&t);
    return ferror(out) ? ag_fail(m->graph, AG_ERR_IO,
                                 "is the stream open for writing, and the disk not full?",
                                 "nn_summary: writing failed")
                       : AG_OK;
}
