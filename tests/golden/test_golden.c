/* PyTorch as the oracle: every sample of torch.bin, or of the file given as the first argument or
 * in AG_GOLDEN, and of special.bin, in f64 and f32: results, gradients, second derivatives. Prints
 * what each operation passed and each sample that was left out, with the reason. An operation of
 * the file that cannot be called, and a registered one that no sample reaches, is a failure. The
 * numbers are PyTorch's, see README.md.
 */
#define CHECK_SECONDS 300
#include "golden_entries.h"
#include "golden_path.h"

/* Registered operations that no sample reaches, and why. */
static const struct unreached {
    const char *op, *reason;
} unreached[] = {
    {"detach", "the engine's own: a constant, nothing to differentiate"},
    {"j0", "PyTorch's bessel_j0(6) is wrong in its seventh digit; the sweep has mpmath's"},
    {"j1", "as j0"},
    {"j0_derivative", "as j0"},
    {"gelu_tanh_v", "only in third derivatives"},
    {"over_power", "only where a quotient is denormal; test_cancellation.c has such points"},
    {"linear_relu_dropout", "its numbers are those of the calls, test_neural_linear.c"},
    {"conv_relu", "its numbers are those of the two calls, test_conv_relu.c"},
};

/* --- a whole file ----------------------------------------------------------------------------- */

typedef struct outcome {
    tally all;
    int absent, unknown, left_out;
    char error[200]; /* of the file */
} outcome;

static void print_row(const char *op, const tally *t)
{
    if (t->passed + t->failed > 0) {
        printf("%-22s %3d of %3d samples, %3d with first and %3d with second derivatives, %3d in "
               "f32\n",
               op, t->passed, t->passed + t->failed, t->first, t->second, t->f32);
    }
    if (t->not_f32 > 0) {
        printf("    %d not asked of f32: PyTorch's own is off by more than 1e-5 there\n",
               t->not_f32);
    }
}

static void add_row(outcome *o, const tally *t)
{
    for (int i = 0; i < MOST_OPS; i++) {
        o->all.seen[i] |= t->seen[i];
    }
    o->all.passed += t->passed;
    o->all.failed += t->failed;
    o->all.first += t->first;
    o->all.second += t->second;
    o->all.f32 += t->f32;
    o->all.not_f32 += t->not_f32;
}

/* The samples of one operation stand together. */
static void take_sample(const record *r, const char *row, tally *t, outcome *o, bool print)
{
    const golden_entry *entry = entry_of(r->op);
    if (strcmp(row, r->op) != 0) {
        if (print) {
            print_row(row, t);
        }
        add_row(o, t);
        *t = (tally){0};
    }
    if (entry == NULL || entry->call == NULL) {
        o->unknown += entry == NULL;
        o->absent += entry != NULL;
        if (print && strcmp(row, r->op) != 0) {
            printf("%-22s %s\n", r->op, entry != NULL ? "not in this build" : "UNKNOWN");
        }
    } else if (!sample_agrees(r, entry, t)) {
        memcpy(o->all.why, t->why, sizeof o->all.why);
        if (print) {
            printf("FAILED %s\n", t->why);
        }
    }
}

static outcome run_file(const unsigned char *data, size_t size, bool print)
{
    golden g;
    record r;
    tally t = {0};
    char row[MOST_TEXT] = "";
    outcome o = {0};
    bool open = golden_open(&g, data, size);
    while (open && golden_next(&g, &r)) {
        if (r.kind == 'S') {
            take_sample(&r, row, &t, &o, print);
            memcpy(row, r.op, sizeof row);
        } else {
            o.left_out += (int)r.count;
            if (print) {
                printf("left out: %5lu of %s (%s): %s\n", (unsigned long)r.count, r.op, r.source,
                       r.text);
            }
        }
        record_free(&r);
    }
    add_row(&o, &t);
    if (print) {
        print_row(row, &t);
    }
    memcpy(o.error, g.why, sizeof o.error);
    return o;
}

/* --- the tests -------------------------------------------------------------------------------- */

static const char *reason_unreached(const char *op)
{
    for (size_t i = 0; i < COUNT(unreached); i++) {
        if (strcmp(unreached[i].op, op) == 0) {
            return unreached[i].reason;
        }
    }
    return NULL;
}

/* Registered operations that no sample recorded and that have no reason for it. */
static int count_unreached(const outcome *o)
{
    int n = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        ck_assert_int_lt(i, MOST_OPS);
        const char *reason = reason_unreached(ag_op_at(i)->name);
        if (!o->all.seen[i]) {
            printf("no sample reaches %s: %s\n", ag_op_at(i)->name, reason ? reason : "FAILED");
            n += reason == NULL;
        }
    }
    return n;
}

/* Every sample of a file, which is freed. */
static void all_agree(contents file)
{
    outcome o = run_file(file.data, file.size, true);
    printf("in all: %d samples passed, %d failed; %d with first derivatives, %d with second, %d in "
           "f32; %d not in this build; %d left out\n",
           o.all.passed, o.all.failed, o.all.first, o.all.second, o.all.f32, o.absent, o.left_out);
    fflush(stdout);
    ck_assert_msg(o.error[0] == '\0', "%s", o.error);
    ck_assert_msg(o.all.failed == 0, "%d samples fail; the last: %s", o.all.failed, o.all.why);
    ck_assert_msg(o.unknown == 0, "%d samples of operations that cannot be called", o.unknown);
    ck_assert_int_gt(o.all.passed, 0);
    free(file.data);
}

START_TEST(test_every_sample)
{
    all_agree(the_file());
}
END_TEST

/* Operands with NaN, infinities, zeros, denormal and huge numbers; indices that count from the end;
 * options of exactly 0. */
START_TEST(test_special_samples)
{
    all_agree(contents_of(SPECIAL_FILE));
}
END_TEST

START_TEST(test_every_operation)
{
    contents file = contents_of(GOLDEN_FILE);
    outcome o = run_file(file.data, file.size, false);
    int n = count_unreached(&o);
    fflush(stdout);
    ck_assert_int_eq(n, 0);
    free(file.data);
}
END_TEST

/* --- faults ----------------------------------------------------------------------------------- */

enum place { RESULT, GRADIENT, SECOND };

/* The file's first record in which this place holds numbers written out, and can be called. */
static numbers find_place(const contents *file, enum place place)
{
    golden g;
    record r;
    numbers found = {0};
    ck_assert(golden_open(&g, file->data, file->size));
    while (found.n == 0 && golden_next(&g, &r)) {
        const numbers *list = place == RESULT ? r.out : place == GRADIENT ? r.first : r.second;
        const golden_entry *entry = entry_of(r.op);
        if (r.kind == 'S' && entry != NULL && entry->call != NULL && list[0].n > 0) {
            found = list[0];
        }
        record_free(&r);
    }
    ck_assert_int_gt(found.n, 0);
    return found;
}

/* One bit of one number of the file in another state is one sample that fails. */
static void plant(enum place place)
{
    contents file = the_file();
    int before = run_file(file.data, file.size, false).all.failed;
    numbers at = find_place(&file, place);
    file.data[at.at + at.bytes - 1] ^= 0x40;
    outcome o = run_file(file.data, file.size, false);
    ck_assert_str_eq(o.error, "");
    ck_assert_int_eq(o.all.failed, before + 1);
    free(file.data);
}

START_TEST(test_planted_result)
{
    plant(RESULT);
}
END_TEST

START_TEST(test_planted_gradient)
{
    plant(GRADIENT);
}
END_TEST

START_TEST(test_planted_second)
{
    plant(SECOND);
}
END_TEST

static ag_tensor *wrong_square(ag_tensor *x)
{
    return ag_mul(x, ag_detach(x));
}

static int call_wrong(ag_graph *g, const record *r, ag_tensor *const *in, ag_tensor **out)
{
    (void)g, (void)r;
    return ONE(wrong_square(in[0]));
}

/* A right value with half of its gradient missing. */
START_TEST(test_wrong_gradient)
{
    contents file = the_file();
    golden_entry wrong = {"square", call_wrong};
    golden g;
    record r;
    tally t = {0};
    ck_assert(golden_open(&g, file.data, file.size));
    while (golden_next(&g, &r)) {
        if (r.kind == 'S' && strcmp(r.op, "square") == 0 && r.has_first && r.in[0].n > 0) {
            sample_agrees(&r, &wrong, &t);
        }
        record_free(&r);
    }
    ck_assert_int_gt(t.failed, 0);
    ck_assert_int_eq(t.passed, 0);
    ck_assert_msg(strstr(t.why, "gradient 0") != NULL, "%s", t.why);
    free(file.data);
}
END_TEST

int main(int n, char **words)
{
    const TTest *const tests[] = {test_every_sample,     test_every_operation, test_planted_result,
                                  test_planted_gradient, test_planted_second,  test_wrong_gradient,
                                  test_special_samples};
    if (n > 1 && setenv("AG_GOLDEN", words[1], 1) != 0) {
        return EXIT_FAILURE;
    }
    bool some = getenv("AG_GOLDEN_SOME") != NULL; /* the file has not every operation */
    return check_run("golden", tests, some ? 1 : COUNT(tests));
}
