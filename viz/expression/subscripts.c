/* Parts of a value: x[0], x[1:3], x.T, a further result of a call. Must not know how they are read.
 */
#include "syntax.h"

#include <string.h>

/* --- x[...] ----------------------------------------------------------------------------------- */

/* first:last:step along an axis; what is left out is the whole axis. */
static ag_tensor *range(viz_program *p, const viz__syntax *s, ag_tensor *x, int axis)
{
    int64_t part[3] = {0, INT64_MAX, 1};
    for (uint32_t k = 0; k < 3; k++) {
        uint32_t node = viz__child_at(p, s, k)->node;
        if (node != VIZ__NONE && !viz__whole_number(p, node, &part[k])) {
            return NULL;
        }
    }
    if (part[2] < 0 && viz__child_at(p, s, 0)->node == VIZ__NONE) {
        part[0] = INT64_MAX;
    }
    if (part[2] < 0 && viz__child_at(p, s, 1)->node == VIZ__NONE) {
        part[1] = INT64_MIN;
    }
    return ag_slice(x, axis, part[0], part[1], part[2]);
}

static ag_tensor *one_index(viz_program *p, uint32_t node, ag_tensor *x, int *axis)
{
    const viz__syntax *s = viz__syntax_at(p, node);
    int64_t index;
    if (s->kind == VIZ__RANGE) {
        return range(p, s, x, (*axis)++);
    }
    if (!viz__whole_number(p, node, &index)) {
        return NULL;
    }
    int64_t size = ag_shape_of(x).dim[*axis];
    if (size > 0 && (index < -size || index >= size)) {
        char hint[100];
        ag_format_text(hint, sizeof hint, "%lld to %lld are possible", (long long)-size,
                       (long long)(size - 1));
        viz__complain(p, s->whole, hint, "there is no index %lld along axis %d", (long long)index,
                      *axis);
        return NULL;
    }
    return ag_select(x, *axis, index);
}

static bool of_list(viz_program *p, uint32_t i, const viz__value *list)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    int64_t index = 0;
    uint32_t node = s->n == 2 ? viz__child_at(p, s, 1)->node : i;
    if (s->n != 2 || !viz__whole_number(p, node, &index)) {
        return viz__complain(p, s->span, "write [0] for the first", "one index is expected here");
    }
    index += index < 0 ? list->n : 0;
    if (index < 0 || index >= list->n) {
        return viz__complain(p, viz__syntax_at(p, node)->whole, "the first is [0], the last [-1]",
                             "there are %d results", list->n);
    }
    return viz__keep(p, i, list->list[index]);
}

bool viz__index_part(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    const viz__value *v = viz__value_at(p, viz__child_at(p, s, 0)->node);
    if (v->kind == VIZ__IS_LIST) {
        return of_list(p, i, v);
    }
    ag_tensor *x = viz__tensor(p, viz__child_at(p, s, 0)->node);
    int axis = 0, axes = x != NULL ? ag_shape_of(x).ndim : 0;
    if (x != NULL && s->n - 1 > (uint32_t)axes) {
        uint32_t extra = viz__child_at(p, s, (uint32_t)axes + 1)->node;
        char hint[60];
        ag_format_text(hint, sizeof hint, axes > 0 ? "give at most %d" : "take the brackets away",
                       axes);
        return viz__complain(p, viz__syntax_at(p, extra)->whole, hint,
                             "this is one index more than there are axes");
    }
    for (uint32_t k = 1; k < s->n && x != NULL; k++) {
        uint32_t node = viz__child_at(p, s, k)->node;
        x = one_index(p, node, x, &axis);
        if (x == NULL && !p->failed) {
            return viz__complain_kept(p, viz__syntax_at(p, node)->whole);
        }
    }
    return !p->failed && viz__keep(p, i, x);
}

/* --- x.T, sort(x, axis=0).indices ------------------------------------------------------------- */

/* Which result of the call has this name: the first one is the call itself. */
static int result_named(const viz_program *p, const viz__function *f, viz__span name)
{
    int found = -1;
    for (int k = 0, n = 1; k < f->n; k++) {
        if (f->parameter[k].kind == VIZ__RESULT) {
            found = viz__span_is(p, name, f->parameter[k].name) ? n : found;
            n++;
        }
    }
    return found;
}

bool viz__part(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    uint32_t child = viz__child_at(p, s, 0)->node;
    const viz__syntax *call = viz__syntax_at(p, viz__syntax_at(p, child)->same);
    char text[VIZ__SHORT];
    if (viz__span_is(p, s->name, "T")) {
        ag_tensor *x = viz__tensor(p, child);
        return x != NULL && viz__keep(p, i, ag_transpose(x));
    }
    if (call->kind != VIZ__CALL) {
        return viz__complain(p, s->name, "x.T is the transpose", "there is no part %s",
                             viz__short(p, s->name, text));
    }
    const viz__value *v = viz__value_at(p, child);
    int k = result_named(p, viz__function_at((int)call->target), s->name);
    if (k < 0 || k >= v->n || v->list[k] == NULL) {
        char usage[400], hint[420];
        viz_operation_usage((int)call->target, usage, sizeof usage);
        ag_format_text(hint, sizeof hint, "it is %s", usage);
        return viz__complain(p, s->name, hint, "this call has no result %s",
                             viz__short(p, s->name, text));
    }
    return viz__keep(p, i, v->list[k]);
}
