/* Every case of every operation while its backward rule runs out of memory: whatever is still to be
 * had of the memory for the time of a rule, nothing crashes, the failure is an ordinary error, and
 * with memory back the same pass works. Must not know an operation by name.
 */
#define CHECK_SECONDS 300
#include "autograd/allocator.h"
#include "registry_sample.h"

enum { LINE = 64, LEVELS = 24 }; /* what is left is counted in lines of this many bytes */

/* The result of a case on leaves of its own, and what its gradient is pulled by. */
typedef struct scene {
    account memory;
    ag_graph *graph;
    ag_tensor *result, *seed;
} scene;

static void scene_open(scene *s, const ag_case *from)
{
    ag_tensor *in[OPERANDS] = {NULL};
    double values[ELEMENTS];
    *s = (scene){0};
    s->graph = account_graph(&s->memory);
    for (int i = 0; i < from->n_in; i++) {
        in[i] = ag_leaf(s->graph, AG_VARIABLE, AG_F64, from->shape[i], NULL);
        draw(s->graph, from->low, from->high, values, ag_size(in[i]));
        ck_assert_int_eq(ag_set(in[i], values, ag_size(in[i])), AG_OK);
    }
    s->result = from->call(in);
    s->seed = ag_full(s->graph, AG_CONSTANT, ag_shape_of(s->result), 1);
    /* A first pass, so that nodes and a chunk for the time of a rule are there. */
    ck_assert_int_eq(ag_backward_from(s->result, s->seed), AG_OK);
}

/* Takes up to `lines` of the memory for the time of a rule, and lets nothing more be had. Returns
 * how many there were. */
static int take(scene *s, int lines)
{
    int taken = 0;
    s->memory.fail_at = s->memory.calls + 1;
    s->memory.fail_after = true;
    while (taken < lines && ag_workspace(s->graph, LINE) != NULL) {
        taken++;
    }
    ag_error_clear(s->graph);
    return taken;
}

static void scene_close(scene *s)
{
    ag_graph_free(s->graph);
    account_balanced(&s->memory);
}

/* With so many lines left. Returns whether the pass worked all the same. */
static bool pass(const ag_op *op, const ag_case *from, int lines, int left)
{
    scene s;
    scene_open(&s, from);
    ck_assert_int_eq(take(&s, lines - left), lines - left);
    ag_status status = ag_backward_from(s.result, s.seed);
    bool ordinary = status == AG_OK || (status == AG_ERR_MEMORY && ag_error(s.graph) == status &&
                                        strstr(ag_error_message(s.graph), "memory") != NULL);
    ck_assert_msg(ordinary, "%s, %s, %d lines left: %s; %s", op->name, from->label, left,
                  ag_status_text(status), ag_error_message(s.graph));
    s.memory.fail_at = 0;
    ag_error_clear(s.graph);
    ck_assert_int_eq(ag_backward_from(s.result, s.seed), AG_OK);
    scene_close(&s);
    return status == AG_OK;
}

START_TEST(test_every_operation)
{
    int worked = 0, failed = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        for (int k = 0; k < op->n_cases && !(op->flags & AG_OP_NO_GRADIENT); k++) {
            scene s;
            scene_open(&s, &op->cases[k]);
            int lines = take(&s, INT32_MAX);
            scene_close(&s);
            for (int left = 0; left < LEVELS && left < lines; left++) {
                bool ok = pass(op, &op->cases[k], lines, left);
                worked += ok;
                failed += !ok;
            }
        }
    }
    printf("%d passes without memory for all, %d with as much as they need\n", failed, worked);
    ck_assert(failed > 1000 && worked > 1000);
}
END_TEST

CHECK_MAIN("registry_memory", test_every_operation)
