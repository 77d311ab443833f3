/* The graph: making and freeing it, marks and rewinds, statistics, scopes of names and without
 * gradient. Must not know any operation.
 *
 * The order of creation is a topological order, because an operand is always older than what was
 * made of it.
 */
#include <stdlib.h>
#include <string.h>

#include "graph.h"

#include "dropped.h"
#include "error.h"
#include "heap.h"
#include "node.h"

static bool debug_is_wanted(void)
{
    const char *wanted = getenv("AUTOGRAD_DEBUG");
    return wanted != NULL && wanted[0] != '\0' && strcmp(wanted, "0") != 0;
}

ag_graph *(ag_graph_new)(void)
{
    return ag_graph_new_with(NULL);
}

ag_graph *ag_graph_new_with(const ag_graph_options *options)
{
    ag_allocator allocator = ag__default_allocator;
    if (options != NULL && options->allocator.alloc != NULL && options->allocator.release != NULL) {
        allocator = options->allocator;
    }
    ag_graph *g = allocator.alloc(allocator.context, sizeof *g);
    if (g == NULL) {
        return NULL;
    }
    memset(g, 0, sizeof *g);
    g->memory = (ag__memory){allocator, sizeof *g, sizeof *g, 1};
    g->main.arena.memory = g->scratch.arena.memory = g->pool.arena.memory = &g->memory;
    g->main.nodes.memory = g->scratch.nodes.memory = &g->memory;
    g->heap = &g->main;
    g->plain = true;
    g->debug = debug_is_wanted();
    g->grad_mask = AG__NEEDS;
    bool f32 = options != NULL && options->dtype == AG_F32;
    g->dtype = f32 ? AG_F32 : AG_F64;
    ag_seed(g, options != NULL ? options->seed : 0);
    if (options != NULL && options->dtype != AG_F64 && options->dtype != AG_F32) {
        ag__fail_begin(g, AG_ERR_DTYPE, "graph: its dtype must be f64 or f32, not %s; f64 is taken",
                       ag_dtype_text(options->dtype));
    }
    return g;
}

ag_dtype ag_graph_dtype(const ag_graph *g)
{
    return g != NULL ? g->dtype : AG_F64;
}

void(ag_graph_free)(ag_graph *g)
{
    if (g == NULL) {
        return;
    }
    ag__pinned_drop(g, 0);
    ag__heap_free(&g->memory, &g->main);
    ag__heap_free(&g->memory, &g->scratch);
    ag__arena_free(&g->pool.arena);
    ag__memory_put(&g->memory, g->ops, g->ops_capacity * sizeof *g->ops);
    ag__memory_put(&g->memory, g->notes, g->notes_capacity * sizeof *g->notes);
    ag_allocator allocator = g->memory.allocator;
    allocator.release(allocator.context, g, sizeof *g);
}

/* --- marks ------------------------------------------------------------------------------------ */

ag_mark ag_graph_mark(ag_graph *g)
{
    ag_mark mark = {.graph = g};
    if (g != NULL) {
        mark.rewinds = g->rewinds;
        g->floor = mark.nodes = ag__count(&g->main);
        mark.chunk = g->main.arena.current != NULL ? g->main.arena.current->index + 1 : 0;
        mark.used = g->main.arena.used;
    }
    return mark;
}

/* A mark becomes invalid when a later rewind leaves fewer nodes than the mark has, even if the
 * graph has grown beyond it again. It is enough to note each rewind that left fewer nodes than all
 * rewinds after it. In these notes both number and nodes increase, so the first note after the mark
 * has the fewest nodes. */
static bool is_valid(const ag_graph *g, ag_mark mark)
{
    size_t i = g->n_notes;
    while (i > 0 && g->notes[i - 1].number > mark.rewinds) {
        i--;
    }
    return i == g->n_notes || g->notes[i].nodes >= mark.nodes;
}

/* Notes the rewind that is being made; false when memory runs out. */
static bool note_rewind(ag_graph *g, uint32_t nodes)
{
    size_t n = g->n_notes;
    while (n > 0 && g->notes[n - 1].nodes >= nodes) {
        n--;
    }
    if (!ag__memory_grow(&g->memory, &g->notes, &g->notes_capacity, n + 1, sizeof *g->notes)) {
        return false;
    }
    g->notes[n] = (ag__rewind_note){.number = ++g->rewinds, .nodes = nodes};
    g->n_notes = n + 1;
    return true;
}

ag_status ag__rewind(ag_graph *g, ag_mark mark, bool debug)
{
    ag__arena *a = &g->main.arena;
    size_t now = a->current != NULL ? a->current->index + 1 : 0;
    if (mark.graph != g || mark.nodes > ag__count(&g->main) || mark.chunk > now ||
        !is_valid(g, mark)) {
        return ag_fail(g, AG_ERR_STATE, NULL, "graph_rewind: the mark is of %s",
                       mark.graph != g ? "another graph"
                                       : "a part of the recording that is no longer there");
    }
    if (mark.nodes < ag__count(&g->main) && !note_rewind(g, mark.nodes)) {
        return ag_fail(g, AG_ERR_MEMORY, NULL, "graph_rewind: out of memory");
    }
    while (g->span != NULL && g->span->end > mark.nodes) {
        g->span = g->span->before;
    }
    ag__pinned_drop(g, mark.nodes);
    if (debug) {
        ag__drop_nodes(g, mark.nodes);
    } else {
        ag__heap_truncate(&g->main, mark.nodes);
    }
    ag__arena_reset(a);
    if (mark.chunk > 0) {
        while (a->current->index + 1 < mark.chunk) {
            a->current = a->current->next;
        }
        a->used = mark.used;
    } else {
        a->current = NULL;
    }
    g->floor = mark.nodes;
    g->written_at = g->written_at < mark.nodes ? g->written_at : mark.nodes;
    return AG_OK;
}

ag_status(ag_graph_rewind)(ag_graph *g, ag_mark mark)
{
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (g->sweeping) {
        return ag_fail(g, AG_ERR_STATE, NULL, "graph_rewind: a backward pass is running");
    }
    if (mark.graph == g && mark.nodes < g->segment) {
        return ag_fail(
            g, AG_ERR_STATE, NULL,
            "graph_rewind: the mark is older than the call of the checkpointed function");
    }
    return ag__rewind(g, mark, (g->debug || g->anomaly) && g->segment == 0);
}

ag_graph_stats ag_graph_get_stats(const ag_graph *g)
{
    ag_graph_stats stats = {0, 0, 0, sizeof(ag_tensor) + sizeof(ag__origin), 0};
    if (g != NULL) {
        stats.nodes = ag__count(&g->main);
        stats.bytes = g->memory.bytes;
        stats.peak_bytes = g->memory.peak;
        stats.allocations = g->memory.calls;
    }
    return stats;
}

/* --- scopes ----------------------------------------------------------------------------------- */

void ag_scope_enter(ag_graph *g, ag_scope *scope)
{
    if (g != NULL && scope != NULL) {
        scope->outer = g->scope;
        scope->where = g->site.where;
        scope->first = ag__count(&g->main);
        g->scope = scope;
    }
}

static size_t text_bytes(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

/* Copies a text to *to, and moves *to behind it. */
static const char *copy_text(char **to, const char *text)
{
    char *copy = text != NULL ? memcpy(*to, text, text_bytes(text)) : NULL;
    *to += text_bytes(text);
    return copy;
}

/* Notes what was recorded in a scope; the note lives as long as its last node. A rewind within the
 * scope may have gone back behind its begin, and another scope may have been left there since: then
 * this one begins no later. */
static void note_span(ag_graph *g, const ag_scope *scope)
{
    uint32_t first = scope->first, end = ag__count(&g->main);
    for (const ag_span *s = g->span; s != NULL && s->end > first; s = s->before) {
        first = s->first < first ? s->first : first;
    }
    size_t bytes = sizeof(ag_span) + text_bytes(scope->name) + text_bytes(scope->kind);
    ag_span *span = first < end ? ag__owned(ag__node(&g->main, end - 1), bytes) : NULL;
    if (span != NULL) {
        char *text = (char *)(span + 1);
        *span = (ag_span){.before = g->span, .first = first, .end = end};
        span->name = copy_text(&text, scope->name);
        span->kind = copy_text(&text, scope->kind);
        g->span = span;
    }
}

void ag_scope_leave(ag_graph *g, const ag_scope *scope)
{
    if (g != NULL && scope != NULL) {
        g->scope = scope->outer;
        g->site.where = scope->where;
        if (g->heap == &g->main) {
            note_span(g, scope);
        }
    }
}

void ag_no_grad_enter(ag_graph *g)
{
    if (g != NULL) {
        g->no_grad++;
        g->grad_mask = 0;
    }
}

void ag_no_grad_leave(ag_graph *g)
{
    if (g != NULL && g->no_grad > 0 && --g->no_grad == 0) {
        g->grad_mask = AG__NEEDS;
    }
}

void ag_retain_grads(ag_graph *g, bool on)
{
    if (g != NULL) {
        g->keep_grads = on;
    }
}

void *ag_graph_alloc(const ag_graph *g, size_t bytes)
{
    return g != NULL ? ag__memory_get(&((ag_graph *)g)->memory, bytes) : NULL;
}

void ag_graph_release(const ag_graph *g, void *memory, size_t bytes)
{
    if (g != NULL) {
        ag__memory_put(&((ag_graph *)g)->memory, memory, bytes);
    }
}
