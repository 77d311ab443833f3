/* Gradients that are tensors: a slot for each node of a sweep, to which contributions are added by
 * recorded operations or in place. Must not know what ag_grad was asked for; that is in grad.c.
 *
 * The first contribution to a slot is taken as it is: it may be the gradient of another node, too,
 * or the user's seed, so nothing may be written into it. Where numbers are to be added, the slot
 * gets a tensor of its own, and is marked as owned.
 */
#include <limits.h>
#include <string.h>

#include "slot.h"

#include "autograd/backward/engine_ops.h"
#include "autograd/backward/strided_add.h"
#include "autograd/graph/anomaly.h"
#include "autograd/graph/error.h"
#include "autograd/graph/heap.h"
#include "autograd/graph/leaf.h"
#include "autograd/graph/shape_math.h"

/* The sweep that has the gradient of t: this one, or one that waits for it. */
static const ag__sweep *sweep_of(const ag__sweep *s, const ag_tensor *t)
{
    while (ag__origin_of(t)->id < s->base && s->outer != NULL) {
        s = s->outer;
    }
    return s;
}

bool ag__depends_on_input(const ag__sweep *s, const ag_tensor *in)
{
    s = sweep_of(s, in);
    return (in->flags & AG__NEEDS) && ag__has_grad_slot(s, in) &&
           s->depends[ag__origin_of(in)->id - s->base];
}

/* --- symbolic --------------------------------------------------------------------------------- */

static ag_status add_node(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution)
{
    const ag__sweep *home = sweep_of(s, in);
    ag_tensor **slot = &home->grad[ag__origin_of(in)->id - home->base];
    *slot = *slot != NULL ? ag__add_same_shape(*slot, contribution) : contribution;
    return *slot != NULL ? AG_OK : ag__failure(s->graph);
}

/* --- parts ------------------------------------------------------------------------------------ */

/* Contributions of many parts of one tensor are recorded as one node once all have come: a node for
 * each would have the size of the whole tensor. */

static size_t bytes_of(const ag__part_of *part)
{
    return sizeof *part + (size_t)part->n_in * sizeof(ag_tensor *) + part->attr_bytes;
}

static ag__part_of *drop_part(ag__sweep *s, ag__part_of *part)
{
    ag__part_of *next = part->next;
    ag__memory_put(&s->graph->memory, part, bytes_of(part));
    return next;
}

/* The node of the n parts of a list. NULL and a kept error when memory runs out. */
static ag_tensor *record(ag__sweep *s, const ag__part_of *part, size_t n)
{
    size_t each = part->attr_bytes, n_in = (size_t)part->n_in;
    size_t bytes = n * (n_in * sizeof(ag_tensor *) + each);
    bool fits = n <= INT_MAX / n_in;
    ag_tensor **in = fits ? ag__memory_get(&s->graph->memory, bytes) : NULL, *all = NULL;
    if (in == NULL) {
        ag__fail_begin(s->graph, AG_ERR_MEMORY, "out of memory: a gradient of %zu parts", n);
        return NULL;
    }
    const ag_op *op = part->op;
    const char *where = s->graph->site.where;
    char *attr = (char *)(in + n * n_in);
    s->graph->site.where = part->where;
    for (size_t i = 0; i < n; i++, part = part->next) {
        memcpy(in + i * n_in, part->in, n_in * sizeof *in);
        memcpy(attr + i * each, part->attr, each);
    }
    all = ag_apply(op, in, (int)(n * n_in), each > 0 ? attr : NULL, n * each);
    s->graph->site.where = where; /* of the rule that goes on */
    ag__memory_put(&s->graph->memory, in, bytes);
    return all;
}

ag_status ag__slot_complete(ag__sweep *s, const ag_tensor *in)
{
    const ag__sweep *home = sweep_of(s, in);
    ag__part_of **parts = &home->parts[ag__origin_of(in)->id - home->base];
    size_t n = 0;
    for (const ag__part_of *p = *parts; p != NULL; p = p->next) {
        n++;
    }
    if (n == 0) {
        return AG_OK;
    }
    ag_tensor *all = record(s, *parts, n);
    while (*parts != NULL) {
        *parts = drop_part(s, *parts);
    }
    if (all == NULL) {
        return ag__failure(s->graph);
    }
    bool fits = all->dtype == in->dtype && ag_shape_equal(ag_shape_of(all), ag_shape_of(in));
    return fits ? ag__slot_add(s, in, all)
                : ag__fail_begin(s->graph, AG_ERR_OP, "%s: not the shape of what it is a part of",
                                 ag__origin_of(all)->op->name);
}

static bool is_alike(const ag__part_of *a, const ag__part_of *b)
{
    return a->op == b->op && a->n_in == b->n_in && a->attr_bytes == b->attr_bytes;
}

/* Those of another operation are recorded first. */
static ag_status collect(ag__sweep *s, const ag_tensor *in, const ag__part_of *part)
{
    const ag__sweep *home = sweep_of(s, in);
    ag__part_of **parts = &home->parts[ag__origin_of(in)->id - home->base];
    bool other = *parts != NULL && !is_alike(*parts, part);
    ag_status status = other ? ag__slot_complete(s, in) : AG_OK;
    if (status != AG_OK) {
        return status;
    }
    ag__part_of *kept = ag__memory_get(&s->graph->memory, bytes_of(part));
    if (kept == NULL) {
        return ag__fail_begin(s->graph, AG_ERR_MEMORY, "out of memory: a part of a gradient");
    }
    *kept = *part;
    kept->next = *parts;
    ag_tensor **operands = (ag_tensor **)(void *)(kept + 1);
    memcpy(operands, part->in, (size_t)part->n_in * sizeof *operands);
    kept->in = operands;
    kept->attr = operands + part->n_in;
    if (part->attr_bytes > 0) {
        memcpy(operands + part->n_in, part->attr, part->attr_bytes);
    }
    *parts = kept;
    return AG_OK;
}

void ag__slots_drop(ag__sweep *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        while (s->parts[i] != NULL) {
            s->parts[i] = drop_part(s, s->parts[i]);
        }
    }
}

/* --- in place --------------------------------------------------------------------------------- */

/* Gives the slot of `in` a tensor of its own, to which numbers may be added. *fresh is true
 * afterwards if its numbers are uninitialized. NULL and a kept error when memory runs out. */
static ag_tensor *own_slot(ag__sweep *s, const ag_tensor *in, bool *fresh)
{
    const ag__sweep *home = sweep_of(s, in);
    size_t i = ag__origin_of(in)->id - home->base;
    *fresh = false;
    if (home->owned[i]) {
        return home->grad[i];
    }
    ag_tensor *own = ag__unfilled(s->graph, (ag_dtype)in->dtype, ag_shape_of(in));
    if (own == NULL) {
        return NULL;
    }
    *fresh = home->grad[i] == NULL;
    if (!*fresh) {
        ag_array borrowed = ag_array_of(home->grad[i]);
        ag__copy_strided(&borrowed, ag__value_data(own));
    }
    home->grad[i] = own;
    home->owned[i] = true;
    return own;
}

static ag_status add_numbers(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution)
{
    const ag__sweep *home = sweep_of(s, in);
    bool fresh;
    if (home->grad[ag__origin_of(in)->id - home->base] == NULL) {
        home->grad[ag__origin_of(in)->id - home->base] = contribution;
        return AG_OK;
    }
    ag_tensor *own = own_slot(s, in, &fresh);
    if (own == NULL) {
        return ag__failure(s->graph);
    }
    ag_array more = ag_array_of(contribution);
    ag__add_into(ag__value_data(own), &more, false);
    return AG_OK;
}

/* The numbers of the slot, for a rule that adds to them. */
static ag_array slot_target(ag__sweep *s, int operand, ag_tensor *in, bool *fresh)
{
    (void)operand;
    ag_tensor *own = own_slot(s, in, fresh);
    return ag_array_of(own); /* without data if own is NULL */
}

/* --- the two kinds ---------------------------------------------------------------------------- */

ag_status ag__slot_add(ag__sweep *s, const ag_tensor *in, ag_tensor *contribution)
{
    return s->kind->target != NULL ? add_numbers(s, in, contribution)
                                   : add_node(s, in, contribution);
}

/* In anomaly mode the sum so far is looked at, as ag_backward does. */
static ag_status check_sum(const ag__sweep *s, const ag_tensor *in, int operand)
{
    const ag__sweep *home = sweep_of(s, in);
    ag_array sum = ag_array_of(home->grad[ag__origin_of(in)->id - home->base]);
    const ag__reached way = {s->root, s->grad, s->base};
    return ag__gradient_is_sound(s->graph, &sum) ? AG_OK
                                                 : ag__anomaly_backward(&way, s->node, operand);
}

static ag_status accumulate(ag__sweep *s, int operand, ag_tensor *in, ag_tensor *contribution)
{
    ag_tensor *fitted = ag__unbroadcast(contribution, in);
    ag_status status = fitted != NULL ? ag__slot_add(s, in, fitted) : ag__failure(s->graph);
    return status == AG_OK && s->graph->anomaly ? check_sum(s, in, operand) : status;
}

const ag__sweep_kind ag__symbolic_sweep = {ag__depends_on_input, accumulate, collect, NULL};
const ag__sweep_kind ag__in_place_sweep = {ag__depends_on_input, accumulate, NULL, slot_target};
