/* Anomaly mode on every sample of torch.bin and special.bin: where neither the results nor the
 * gradients have a NaN or an infinity that the mode reports, no call is an error, whatever an
 * operation that is made of others, or a rule, computes on its way. Must not know any operation by
 * name.
 */
#define CHECK_SECONDS 300
#include "golden_entries.h"
#include "golden_path.h"

enum stage { SOUND, RESULT, GRADIENT }; /* where the first anomaly is */

typedef struct asked {
    const record *r;
    const golden_entry *entry;
    bool watched, recorded; /* in anomaly mode; by ag_grad */
    ag_graph *g;
    ag_tensor *in[MOST_TENSORS], *out[MOST_TENSORS];
    char message[400];
} asked;

static bool is_sound(const double *v, int64_t n, bool gradient)
{
    for (int64_t i = 0; i < n; i++) {
        if (isnan(v[i]) || (isinf(v[i]) && (gradient || v[i] > 0))) {
            return false;
        }
    }
    return true;
}

/* NULL, where anomaly mode or another error came between, is not sound. */
static bool tensor_is_sound(const ag_tensor *t, bool gradient)
{
    int64_t n = ag_size(t);
    double *v = malloc((size_t)(n + 1) * sizeof *v);
    bool sound = t != NULL && ag_get(t, v, n) == AG_OK && is_sound(v, n, gradient);
    free(v);
    return sound;
}

static bool gradient_is_sound(const ag_tensor *t)
{
    int64_t n = ag_size(t);
    double *v = malloc((size_t)(n + 1) * sizeof *v);
    bool sound = !ag_has_grad(t) || (ag_grad_get(t, v, n) == AG_OK && is_sound(v, n, true));
    free(v);
    return sound;
}

static bool goes_back(asked *a, ag_tensor *y)
{
    ag_tensor *seed = ag_full(a->g, AG_CONSTANT, ag_shape_of(y), 1);
    ag_tensor *leaf[MOST_TENSORS], *gradient[MOST_TENSORS];
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    int n = 0;
    for (int i = 0; i < a->r->n_in; i++) {
        if (ag_needs_grad(a->in[i])) {
            leaf[n++] = a->in[i];
        }
    }
    bool ok = a->recorded ? ag_grad(&y, 1, &seed, leaf, n, &options, gradient) == AG_OK
                          : ag_backward_from(y, seed) == AG_OK;
    for (int i = 0; i < n && ok; i++) {
        ok = a->recorded ? tensor_is_sound(gradient[i], true) : gradient_is_sound(leaf[i]);
    }
    return ok;
}

static enum stage run(asked *a)
{
    enum stage found = SOUND;
    a->g = ag_graph_new();
    for (int i = 0; i < a->r->n_in; i++) {
        ag_role role = a->r->wants[i] ? AG_VARIABLE : AG_CONSTANT;
        a->in[i] = leaf_of(a->g, &a->r->in[i], role, AG_F64);
    }
    ag_set_anomaly(a->g, a->watched);
    int n = a->entry->call(a->g, a->r, a->in, a->out);
    for (int i = 0; i < n && found == SOUND; i++) {
        found = tensor_is_sound(a->out[i], false) ? SOUND : RESULT;
    }
    for (int i = 0; i < n && found == SOUND; i++) {
        bool flows = ag_needs_grad(a->out[i]) && ag_size(a->out[i]) > 0;
        found = !flows || goes_back(a, a->out[i]) ? SOUND : GRADIENT;
    }
    snprintf(a->message, sizeof a->message, "%s", ag_error_message(a->g));
    ag_graph_free(a->g);
    return found;
}

/* Whether the mode finds fault with a sample that has none. */
static bool is_false_alarm(const record *r, const golden_entry *entry, bool recorded)
{
    asked plain = {.r = r, .entry = entry, .recorded = recorded}, watched = plain;
    watched.watched = true;
    bool alarm = run(&plain) == SOUND && run(&watched) != SOUND;
    if (alarm) {
        printf("FAILED %s(%s)%s: %s\n", r->op, r->text, recorded ? ", by ag_grad" : "",
               watched.message);
    }
    return alarm;
}

static void no_false_alarm(contents file)
{
    golden g;
    record r;
    int alarms = 0, samples = 0;
    ck_assert(golden_open(&g, file.data, file.size));
    while (golden_next(&g, &r)) {
        const golden_entry *entry = r.kind == 'S' ? entry_of(r.op) : NULL;
        if (entry != NULL && entry->call != NULL) {
            alarms += is_false_alarm(&r, entry, false) + is_false_alarm(&r, entry, true);
            samples++;
        }
        record_free(&r);
    }
    printf("%d samples, %d false alarms\n", samples, alarms);
    fflush(stdout);
    ck_assert_int_gt(samples, 100);
    ck_assert_int_eq(alarms, 0);
    free(file.data);
}

START_TEST(test_samples)
{
    no_false_alarm(contents_of(GOLDEN_FILE));
}
END_TEST

START_TEST(test_special_samples)
{
    no_false_alarm(contents_of(SPECIAL_FILE));
}
END_TEST

/* The same steps, but not as one operation: inf - inf on the way, and a sound result. */
static int call_steps(ag_graph *g, const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_tensor *infinity = ag_constant(g, INFINITY);
    (void)r;
    return ONE(ag_nansum(ag_add(in[0], ag_sub(infinity, infinity))));
}

START_TEST(test_an_alarm_is_noticed)
{
    contents file = contents_of(GOLDEN_FILE);
    golden_entry steps = {"exp", call_steps};
    golden g;
    record r;
    int alarms = 0;
    ck_assert(golden_open(&g, file.data, file.size));
    while (golden_next(&g, &r)) {
        alarms += r.kind == 'S' && strcmp(r.op, "exp") == 0 && is_false_alarm(&r, &steps, false);
        record_free(&r);
    }
    ck_assert_int_gt(alarms, 0);
    free(file.data);
}
END_TEST

CHECK_MAIN("golden_anomaly", test_samples, test_special_samples, test_an_alarm_is_noticed)
