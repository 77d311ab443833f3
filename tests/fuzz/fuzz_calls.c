/* Any bytes as a program: leaves of every dtype, every registered operation and the rest of the
 * public calls with any arguments, views, writes, names of any bytes, marks, hooks, checkpoints,
 * derivatives, traces and figures into memory, and memory that runs out where the bytes say so.
 * Whatever they say, nothing crashes; a call that fails leaves a message; a rewound or freed graph
 * gives everything back; and a graph whose error is cleared goes on working. Runs under the
 * sanitizers: `make fuzz ONLY=calls`.
 */
#define AG_NO_SITES
#include "program.h"

#include "fuzz.h"

static void mark_or_rewind(program *p)
{
    if (p->marks < MARKS && flip(p->in)) {
        p->at_mark[p->marks] = p->n;
        p->mark[p->marks++] = ag_graph_mark(p->graph);
    } else if (p->marks > 0) {
        int k = pick(p->in, p->marks);
        ag_status status = ag_graph_rewind(p->graph, p->mark[k]);
        p->n = status == AG_OK ? p->at_mark[k] : p->n;
        p->marks = status != AG_OK ? p->marks : flip(p->in) ? k : k + 1;
    }
    check(p, true, true);
}

static void settings(program *p)
{
    switch (pick(p->in, 6)) {
    case 0:
        ag_set_anomaly(p->graph, flip(p->in));
        break;
    case 1:
        ag_set_anomaly_nan_only(p->graph, flip(p->in));
        break;
    case 2:
        ag_retain_grads(p->graph, flip(p->in));
        break;
    case 3:
        ag_seed(p->graph, next_byte(p->in));
        break;
    case 4:
        if (p->no_grad > 0) {
            ag_no_grad_leave(p->graph);
        }
        p->no_grad -= p->no_grad > 0;
        break;
    default:
        if (pick(p->in, 4) == 0) {
            ag_no_grad_enter(p->graph);
            p->no_grad++;
        }
        break;
    }
}

/* --- what is said ----------------------------------------------------------------------------- */

static void draw(program *p)
{
    static const char *const rankdir[] = {NULL, "LR", "TB", "\"x"};
    ag_tensor *t = any(p);
    viz_options o = {.format = (viz_format)pick(p->in, 2),
                     .digits = pick(p->in, 20) - 1,
                     .ascii = flip(p->in),
                     .forward_only = flip(p->in),
                     .newest_first = flip(p->in),
                     .expand = flip(p->in),
                     .style = (viz_style)pick(p->in, VIZ_STYLE_COUNT + 1),
                     .fold_above = (size_t)pick(p->in, 9),
                     .legend = flip(p->in),
                     .alt = flip(p->in),
                     .rankdir = rankdir[pick(p->in, 4)]};
    char *text = NULL;
    o.target = flip(p->in) ? any(p) : NULL;
    o.highlight = flip(p->in) ? any(p) : NULL;
    rewind(p->out);
    switch (pick(p->in, 4)) {
    case 0:
        (void)!viz_trace_with(p->out, t, &o);
        break;
    case 1:
        (void)!(flip(p->in) ? viz_dot(p->out, t, &o) : viz_svg(p->out, t, &o));
        break;
    case 2:
        (void)!viz_alt_text(p->out, t, &o);
        break;
    default:
        must(viz_trace_string(t, &o, &text) == AG_OK || text == NULL, "a text of a failure");
        viz_free(text);
        break;
    }
    check(p, true, true);
}

static void look(program *p)
{
    ag_tensor *t = any(p);
    char text[64], name[16];
    ag_order order;
    if (flip(p->in)) {
        ag_name(t, pick_text(p->in, name));
    }
    size_t room = (size_t)pick(p->in, (int)sizeof text + 1);
    ag_notation notation = (ag_notation)pick(p->in, 3);
    ag_attributes_text(t, text, room);
    ag_value_text(t, notation, NULL, NULL, text, room);
    ag_rule_text(t, pick(p->in, 4) - 1, notation, NULL, NULL, text, room);
    ag_partial_text(t, pick(p->in, 4) - 1, notation, NULL, NULL, text, room);
    (void)!(flip(p->in) ? ag_order_new(t, &order) : ag_order_by_age(t, &order));
    ag_order_free(&order);
    (void)ag_item(t);
    (void)ag_item_at(t, pick_small_shape(p->in));
    check(p, true, true);
}

static void watch(program *p)
{
    static int way[HOOKS];
    int k = pick(p->in, HOOKS);
    ag_tensor *t = any(p);
    way[k] = k % 5;
    ag_status status = flip(p->in) ? ag_hook(t, hook, &way[k]) : ag_unhook(t, hook, &way[k]);
    (void)status;
    check(p, true, true);
}

/* --- the program ------------------------------------------------------------------------------ */

static void step_of(program *p)
{
    switch (pick(p->in, 16)) {
    case 0:
        new_leaf(p, pick_shape(p->in));
        break;
    case 1:
        derive(p);
        break;
    case 2:
        go_back(p);
        break;
    case 3:
        write_leaf(p);
        break;
    case 4:
        mark_or_rewind(p);
        break;
    case 5:
        settings(p);
        break;
    case 6:
        draw(p);
        break;
    case 7:
        look(p);
        break;
    case 8:
        watch(p);
        break;
    case 9:
    case 10:
    case 11:
        call_registered(p);
        break;
    default:
        call_drawn(p);
        break;
    }
}

/* A graph works on once its memory is back. */
static void still_works(ag_graph *g)
{
    ag_tensor *x = ag_variable(g, 3), *y = ag_mul(x, x);
    must(ag_backward(y) == AG_OK && ag_item(y) == 9, "the graph goes on working");
    must(ag_grad_item(x) == 6, "with the right gradient");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static char text[1 << 16];
    stream in = {data, n, 0};
    memory m = pick_memory(&in);
    ag_graph_options o = {.allocator = {memory_alloc, memory_release, &m},
                          .dtype = flip(&in) ? AG_F32 : AG_F64,
                          .seed = next_byte(&in)};
    program p = {.in = &in, .other = ag_graph_new()};
    p.graph = ag_graph_new_with(&o);
    p.out = fmemopen(text, sizeof text, "w");
    for (int i = 0; p.graph != NULL && in.at < n && i < STEPS; i++) {
        step_of(&p);
    }
    m.from = m.every = 0;
    if (p.graph != NULL) {
        for (; p.no_grad > 0; p.no_grad--) {
            ag_no_grad_leave(p.graph);
        }
        ag_set_anomaly(p.graph, false);
        ag_retain_grads(p.graph, false);
        ag_error_clear(p.graph);
        still_works(p.graph);
    }
    fclose(p.out);
    ag_graph_free(p.graph);
    ag_graph_free(p.other);
    must(m.blocks == 0 && m.bytes == 0, "memory is given back");
    return 0;
}
