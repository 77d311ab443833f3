/* The numbers of a run, copied out of its graph. Must not know what they are compared with.
 */
#include "diff_snapshot.h"

#include <string.h>

static ag_status fill_numbers(viz__kept *n, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    ag_status status = AG_OK;
    viz__stats s = {.norm = f->value};
    if (f->size != 1) {
        status = viz__stats_read(&s, r, step, false);
    }
    n->value = s.norm;
    bool run = f->state == AG_GRAD_COMPUTED || f->state == AG_GRAD_ACCUMULATED;
    n->has_gradient = f->has_gradient && run;
    s.norm = f->gradient;
    if (status == AG_OK && f->size != 1 && n->has_gradient) {
        status = viz__stats_read(&s, r, step, true);
    }
    n->gradient = s.norm;
    n->predicts = n->has_gradient && viz__is_leaf(r, step);
    if (status == AG_OK && (n->predicts || (f->size > 1 && f->size <= VIZ__COMPARED))) {
        n->elements = viz__elements(r, step, false, &status);
    }
    if (n->elements != NULL && n->has_gradient) {
        n->slope = viz__elements(r, step, true, &status);
    }
    return status;
}

void viz__snapshot_fill(viz__out *out, viz__record *r, viz_snapshot *run)
{
    run->node = viz__array(r->graph, r->n, sizeof *run->node);
    if (run->node == NULL) {
        viz__fail(out, AG_ERR_MEMORY);
        return;
    }
    run->n = r->n;
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        viz__kept *n = &run->node[i];
        *n = (viz__kept){.name = run->names.used, .size = (size_t)r->fact[i].size};
        viz__put(&run->names, viz__name(r, i), strlen(viz__name(r, i)) + 1);
        viz__fail(out, run->names.status);
        viz__fail(out, fill_numbers(n, r, i));
    }
}

static void fill(viz__out *out, viz__record *r)
{
    viz__snapshot_fill(out, r, r->user);
}

void viz__snapshot_clear(viz_snapshot *run)
{
    for (size_t i = 0; i < run->n; i++) {
        viz__array_free(run->graph, run->node[i].elements, run->node[i].size, sizeof(double));
        viz__array_free(run->graph, run->node[i].slope, run->node[i].size, sizeof(double));
    }
    viz__array_free(run->graph, run->node, run->n, sizeof *run->node);
    viz__out_free(&run->names);
}

void viz_snapshot_free(viz_snapshot *run)
{
    if (run != NULL) {
        viz__snapshot_clear(run);
        viz__array_free(run->graph, run, 1, sizeof *run);
    }
}

ag_status viz_snapshot_new(const ag_tensor *root, viz_snapshot **run)
{
    if (run != NULL) {
        *run = NULL;
    }
    if (root == NULL || run == NULL) {
        return viz__refuse("viz_snapshot_new", root, AG_ERR_NULL_ARGUMENT, NULL,
                           "the place for the run is NULL");
    }
    viz__out none = viz__text_beside(root);
    viz_snapshot *new = viz__array(none.graph, 1, sizeof *new);
    if (new == NULL) {
        return viz__refuse("viz_snapshot_new", root, AG_ERR_MEMORY, NULL, "out of memory");
    }
    *new = (viz_snapshot){.graph = none.graph, .names = viz__text_beside(root)};
    ag_status status = viz__draw("viz_snapshot_new", &none, root, NULL, fill, new);
    if (status == AG_OK) {
        *run = new;
    } else {
        viz_snapshot_free(new);
    }
    return status;
}
