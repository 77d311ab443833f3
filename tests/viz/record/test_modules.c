/* The modules of a figure: from scopes and from names; which leaves come to them; that equal ones are
 * drawn once, and that any difference between them keeps them apart; how deep a figure goes.
 */
#include "tests/viz/text.h"

#include "check_main.h"
#include "viz/record/modules.h"

enum { BLOCKS = 5, WIDTH = 4 };

/* How one block of a chain differs from the others. */
typedef enum difference {
    NONE,
    OTHER_OPERATION,
    OTHER_PARAMETER, /* axis */
    OTHER_SHAPE,
    OTHER_KIND,
    OTHER_CONSTANT,
    CONSTANT_WEIGHT,
    SHARED_WEIGHT,
    USED_TWICE,  /* its weight */
    SKIPS,       /* reads the block before the last, too */
    READ_BEHIND, /* its result is read behind all blocks */
    NODE_BETWEEN,
    INNER_SCOPE,
    DIFFERENCES
} difference;

static ag_graph *g;
static viz_options options;
static viz__record record;
static viz__drawn drawn;

static ag_tensor *weight(int i, difference d)
{
    char name[40];
    snprintf(name, sizeof name, "block.%d.weight", i);
    ag_role role = d == CONSTANT_WEIGHT ? AG_CONSTANT : AG_PARAMETER;
    return ag_name(ag_full(g, role, AG_SHAPE(WIDTH, d == OTHER_SHAPE ? 1 : WIDTH), 0.1), name);
}

/* y = x + tanh(x w) * 2, softmax(y), and what is different. `older` is what the block before read. */
static ag_tensor *block(ag_tensor *x, ag_tensor *older, ag_tensor *w, difference d)
{
    ag_scope inner = {.name = "inner"};
    if (d != INNER_SCOPE) {
        ag_scope_enter(g, &inner);
    }
    ag_tensor *h = ag_matmul(x, w);
    h = d == OTHER_OPERATION ? ag_sigmoid(h) : ag_tanh(h);
    h = ag_mul(h, ag_constant(g, d == OTHER_CONSTANT ? 3 : 2));
    if (d != INNER_SCOPE) {
        ag_scope_leave(g, &inner);
    }
    h = ag_add(d == SKIPS ? older : x, h);
    h = d == USED_TWICE ? ag_add(h, w) : ag_add(h, x);
    return ag_softmax(h, d == OTHER_PARAMETER ? 0 : 1);
}

/* A chain of blocks of which number `other` is different. */
static ag_tensor *chain(int blocks, int other, difference d)
{
    static const char *const name[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    ag_tensor *w[8], *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(WIDTH, WIDTH), 0.5), "x");
    ag_tensor *older = x, *kept = NULL;
    ag_scope body = {.name = "block", .kind = "sequential"};
    for (int i = 0; i < blocks; i++) {
        w[i] = weight(i, i == other ? d : NONE);
    }
    ag_scope_enter(g, &body);
    for (int i = 0; i < blocks; i++) {
        difference own = i == other ? d : NONE;
        ag_scope scope = {.name = name[i], .kind = own == OTHER_KIND ? "other" : "block"};
        ag_scope_enter(g, &scope);
        ag_tensor *y = block(x, older, w[own == SHARED_WEIGHT ? 0 : i], own);
        ag_scope_leave(g, &scope);
        kept = own == READ_BEHIND ? y : kept;
        older = x;
        x = own == NODE_BETWEEN ? ag_neg(y) : y;
    }
    ag_scope_leave(g, &body);
    x = kept != NULL ? ag_add(x, kept) : x;
    return ag_name(ag_mean(x), "L");
}

static void draw(ag_tensor *root, viz_options o)
{
    options = o;
    options.style = VIZ_NN;
    ck_assert_msg(root != NULL && ag_backward(root) == AG_OK, "%s", ag_error_message(g));
    ck_assert_int_eq(viz__record_new(&record, root, &options), AG_OK);
    ck_assert_int_eq(viz__drawn_new(&drawn, &record), AG_OK);
}

static void drop(void)
{
    viz__drawn_free(&drawn, &record);
    viz__record_free(&record);
    ag_graph_free(g);
}

static const char *title(uint32_t module)
{
    viz__cut(&record.scratch, 0);
    viz__module_title(&record.scratch, &record, &drawn, module);
    return viz__text(&record.scratch);
}

/* The modules that stand for others, and how many of these. */
static size_t repeats(size_t *copies)
{
    size_t n = 0;
    *copies = 0;
    for (uint32_t i = 0; i < drawn.modules; i++) {
        n += drawn.module[i].copies > 1;
        *copies += drawn.module[i].copies - 1;
    }
    return n;
}

START_TEST(test_scopes)
{
    g = ag_graph_new();
    draw(chain(2, 0, NONE), (viz_options){.digits = 0});
    static const char *const expected[] = {"block (sequential)", "block.0 (block)", "block.0.inner",
                                           "block.1 (block)", "block.1.inner"};
    ck_assert_uint_eq(drawn.modules, 5);
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert_str_eq(title(i), expected[i]);
    }
    /* x, which is older, is outside; a weight is in the innermost module of what reads it. */
    ck_assert_uint_eq(drawn.of[0], VIZ__OUTSIDE);
    ck_assert_uint_eq(drawn.of[1], 2);
    ck_assert_uint_eq(drawn.of[2], 4);
    ck_assert_uint_eq(drawn.of[record.n - 1], VIZ__OUTSIDE);
    ck_assert_uint_eq(drawn.module[0].nodes, record.n - 2);
    ck_assert_int_eq(drawn.module[0].parameters, 2 * WIDTH * WIDTH);
    drop();
}
END_TEST

/* A weight of two modules lies in the module around both. */
START_TEST(test_shared_weight)
{
    g = ag_graph_new();
    draw(chain(2, 1, SHARED_WEIGHT), (viz_options){.digits = 0});
    ck_assert_uint_eq(drawn.of[1], 0);
    drop();
}
END_TEST

START_TEST(test_equal_blocks)
{
    g = ag_graph_new();
    draw(chain(BLOCKS, 0, NONE), (viz_options){.digits = 0});
    size_t copies;
    ck_assert_uint_eq(repeats(&copies), 1);
    ck_assert_uint_eq(copies, BLOCKS - 1);
    ck_assert_str_eq(title(1), "block.0 … 4 (block) ×5");
    for (size_t i = 0; i < record.n; i++) { /* what stands for a step is of the same kind */
        size_t other = viz__stand_in(&drawn, i);
        ck_assert_uint_eq(viz__stand_in(&drawn, other), other);
        ck_assert_int_eq(record.fact[i].role, record.fact[other].role);
        ck_assert(other <= i);
    }
    ck_assert_uint_eq(viz__stand_in(&drawn, BLOCKS), 1); /* the weights are steps 1 to BLOCKS */
    drop();
    g = ag_graph_new();
    draw(chain(BLOCKS, 0, NONE), (viz_options){.ascii = true});
    ck_assert_str_eq(title(1), "block.0 ... 4 (block) *5");
    drop();
    g = ag_graph_new();
    draw(chain(BLOCKS, 0, NONE), (viz_options){.every_module = true});
    ck_assert_uint_eq(repeats(&copies), 0);
    drop();
    g = ag_graph_new();
    draw(chain(2, 0, NONE), (viz_options){.digits = 0}); /* two are not many */
    ck_assert_uint_eq(repeats(&copies), 0);
    drop();
}
END_TEST

/* Each difference in block 3 of 7 leaves 0 to 2 before it and 4 to 6 behind it, which are equal. But
 * a block whose result is read elsewhere, or is followed by another node, is itself like those
 * before it; block 0, whose weight is used by 3, too, is unlike 1 and 2; and 1, whose result 3
 * reads, is the last of equal ones. */
START_TEST(test_differences)
{
    for (int d = NONE + 1; d < DIFFERENCES; d++) {
        g = ag_graph_new();
        draw(chain(7, 3, (difference)d), (viz_options){.digits = 0});
        size_t copies, runs = repeats(&copies);
        bool joins = d == READ_BEHIND || d == NODE_BETWEEN;
        ck_assert_msg(d == SHARED_WEIGHT || d == SKIPS ? runs == 1 && copies == 2
                                                       : runs == 2 && copies == (joins ? 5 : 4),
                      "difference %d: %zu times, %zu", d, runs, copies);
        for (uint32_t i = 0; i < drawn.modules; i++) {
            const viz__module *m = &drawn.module[i];
            ck_assert(m->copies == 1 || m->copies == (joins && i == 1 ? 4 : 3));
        }
        drop();
    }
}
END_TEST

static size_t boxes_at(const viz__drawn *d)
{
    size_t n = 0;
    for (uint32_t i = 0; i < d->modules; i++) {
        n += d->module[i].box == i && !d->module[i].hidden;
    }
    return n;
}

START_TEST(test_depth)
{
    static const struct {
        size_t depth, fold_above, boxes;
        uint32_t reached;
        bool cut;
    } row[] = {{1, 0, 1, 1, false}, {2, 0, 1, 2, false}, {3, 0, 1, 3, false}, {9, 0, 0, 4, false},
               {0, 0, 0, 4, false}, {0, 8, 1, 3, true},  {0, 5, 1, 2, true},  {3, 5, 1, 2, true}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        g = ag_graph_new();
        draw(chain(BLOCKS, 0, NONE),
             (viz_options){.depth = row[i].depth, .fold_above = row[i].fold_above});
        ck_assert_uint_eq(drawn.depth, row[i].reached);
        ck_assert_uint_eq(boxes_at(&drawn), row[i].boxes);
        ck_assert(drawn.cut == row[i].cut);
        ck_assert_uint_eq(drawn.fold.folded, 0);
        drop();
    }
    g = ag_graph_new(); /* there is no room for x, the blocks, and the mean */
    draw(chain(BLOCKS, 0, NONE), (viz_options){.fold_above = 2});
    ck_assert_uint_eq(drawn.modules, 0);
    ck_assert_uint_gt(drawn.fold.folded, 0);
    drop();
}
END_TEST

/* A name may have any bytes, and a scope none; scopes may be deeper than a path is long. */
START_TEST(test_hostile)
{
    enum { DEEP = 300 };
    static ag_scope scope[DEEP];
    static char name[DEEP][60];
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1);
    for (int i = 0; i < DEEP; i++) {
        snprintf(name[i], sizeof name[i], "%d.\"\\<&>\n\xF0\x9F\x98\x80\xFF\xE2\x80\xAE$%%#{", i);
        scope[i] = (ag_scope){.name = i == 7 ? NULL : i == 8 ? "" : name[i], .kind = "\xFF\"]"};
        ag_scope_enter(g, &scope[i]);
        x = ag_exp(x);
    }
    for (int i = DEEP; i-- > 0;) {
        ag_scope_leave(g, &scope[i]);
    }
    draw(ag_sum(x), (viz_options){.fold_above = 1000});
    ck_assert_uint_eq(drawn.modules, DEEP - 1);
    for (uint32_t i = 0; i < drawn.modules; i++) {
        ck_assert_uint_lt(strlen(title(i)), 300);
        ck_assert(!has(title(i), "\n") && !has(title(i), "\xFF"));
    }
    static const viz_format format[] = {VIZ_SVG, VIZ_DOT, VIZ_TIKZ, VIZ_MERMAID, VIZ_ALT_TEXT};
    for (size_t i = 0; i < sizeof format / sizeof format[0]; i++) {
        viz_options o = {.format = format[i], .style = VIZ_NN, .fold_above = 1000};
        char *text = written(viz_write, viz__node(&record, viz__root(&record)), &o);
        ck_assert(!has(text, "\xFF"));
        free(text);
    }
    drop();
}
END_TEST

CHECK_MAIN("modules", test_scopes, test_shared_weight, test_equal_blocks, test_differences,
           test_depth, test_hostile)
