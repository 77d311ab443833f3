/* Archives, of which checkpoints are made: all of a training comes back bit by bit, so that it goes
 * on as if it had never stopped (statement 42); a network is loaded out of one; memory that runs
 * out. Must not know any private header of the library.
 */
#include "tests/no_memory.h"
#include "training.h"

static void expect_same_counters(nn_counters c, nn_counters d)
{
    ck_assert(c.step == d.step && c.epoch == d.epoch && c.plateau_waited == d.plateau_waited &&
              c.plateau_cooling == d.plateau_cooling);
    ck_assert(c.rate == d.rate && c.plateau_scale == d.plateau_scale);
    expect_same(c.plateau_best, d.plateau_best);
}

/* Every bit of it: weights, states, counters, what comes next at random. */
static void expect_same_training(const training *a, const training *b)
{
    double x[SMALL_WEIGHTS], y[SMALL_WEIGHTS];
    small_weights(&a->s, x);
    small_weights(&b->s, y);
    ck_assert_mem_eq(x, y, sizeof x);
    ck_assert_int_eq(nn_optimizer_states(a->optimizer), nn_optimizer_states(b->optimizer));
    for (int i = 0; i < nn_optimizer_states(a->optimizer); i++) {
        nn_optimizer_state p = nn_optimizer_state_at(a->optimizer, i);
        nn_optimizer_state q = nn_optimizer_state_at(b->optimizer, i);
        ck_assert_str_eq(p.name, q.name);
        expect_same_tensors(p.tensor, q.tensor, 0);
    }
    expect_same_counters(nn_get_counters(a->optimizer), nn_get_counters(b->optimizer));
    expect_same(nn_rate(a->optimizer), nn_rate(b->optimizer));
}

static void goes_on_as_before(ag_dtype dtype)
{
    const double loss[] = {0.5, -0.0, NAN, INFINITY};
    double got[4] = {0};
    path_new();
    training whole = training_new(dtype, slowing_adam), second = training_new(dtype, slowing_adam);
    train(&whole, 4);
    expect_ok(save(&whole, loss, 4));
    nn_counters saved = nn_get_counters(whole.optimizer); /* a number of its own in each */
    ck_assert(saved.step == 12 && saved.epoch == 4 && saved.plateau_cooling == 2);
    ck_assert(saved.plateau_waited == 0 && saved.plateau_scale == 0.5 && saved.plateau_best == 1);
    train(&whole, 3);
    train(&second, 1); /* whatever it had is replaced */
    ck_assert_msg(resume(&second, got, 4) == AG_OK, "%s", ag_error_message(second.s.graph));
    ck_assert_mem_eq(got, loss, sizeof got);
    expect_same_counters(saved, nn_get_counters(second.optimizer));
    train(&second, 3);
    expect_same_training(&whole, &second);
    expect_same(ag_random_uniform(whole.s.graph), ag_random_uniform(second.s.graph));
    ag_graph_free(whole.s.graph);
    ag_graph_free(second.s.graph);
    remove(path);
}

START_TEST(test_a_training_goes_on_as_if_it_had_never_stopped)
{
    goes_on_as_before(AG_F64);
    goes_on_as_before(AG_F32);
}
END_TEST

START_TEST(test_a_network_is_loaded_out_of_a_checkpoint)
{
    const double loss[] = {1};
    double was[SMALL_WEIGHTS], got[SMALL_WEIGHTS];
    path_new();
    training t = training_new(AG_F64, slowing_adam), other = training_new(AG_F64, slowing_adam);
    train(&t, 2);
    small_weights(&t.s, was);
    expect_ok(save(&t, loss, 1));
    expect_ok(nn_load(other.s.net, path, NULL));
    small_weights(&other.s, got);
    ck_assert_mem_eq(was, got, sizeof was);
    ck_assert_str_eq(nn_get_note(other.s.net, "monitor"), "val_loss");
    ck_assert_ptr_null(nn_get_note(other.s.net, "nn.kind"));
    train(&other, 1);
    expect_ok(nn_load(other.s.net, path, &(nn_load_options){.prefix = "best."}));
    small_weights(&other.s, got);
    ck_assert_mem_eq(was, got, sizeof was);
    no_success(other.s.graph, HERE,
               nn_load(other.s.net, path, &(nn_load_options){.prefix = "worst."}), AG_ERR_SHAPE,
               "\"worst.first.weight\" is missing");
    ag_graph_free(t.s.graph);
    ag_graph_free(other.s.graph);
    remove(path);
}
END_TEST

/* A checkpoint is saved and resumed while memory runs out; a resume that fails changes nothing. */
static ag_status scene_checkpoint(ag_graph *g)
{
    training t;
    const double loss[] = {1};
    double got[1], w[SMALL_WEIGHTS], changed[SMALL_WEIGHTS] = {1, 2};
    ag_status status = small_in(&t.s, g);
    t.optimizer = nn_adam(g, NULL);
    status = status == AG_OK ? status_of(g, t.optimizer) : status;
    status = status == AG_OK ? nn_attach(t.optimizer, t.s.net) : status;
    status = status == AG_OK ? nn_set_note(t.s.net, "a", "b") : status;
    status = status == AG_OK ? save(&t, loss, 1) : status;
    status = status == AG_OK ? nn_set_weights(t.s.net, changed, SMALL_WEIGHTS) : status;
    status = status == AG_OK ? nn_set_note(t.s.net, "monitor", "changed") : status;
    if (status != AG_OK) {
        return status;
    }
    status = resume(&t, got, 1);
    bool same = nn_get_weights(t.s.net, w, SMALL_WEIGHTS) == AG_OK && w[0] == 1 && w[1] == 2 &&
                strcmp(nn_get_note(t.s.net, "monitor"), "changed") == 0;
    return (status == AG_OK) == same ? AG_ERR_OP : status;
}

START_TEST(test_memory)
{
    path_new();
    everywhere(scene_checkpoint);
    remove(path);
}
END_TEST

CHECK_MAIN("archive", test_a_training_goes_on_as_if_it_had_never_stopped,
           test_a_network_is_loaded_out_of_a_checkpoint, test_memory)
