/* What every operation says of its parameters, and what a trace makes of that: the same bytes with
 * a decimal comma as without. Must not know an operation by name.
 */
#include "comma.h"
#include "registry_sample.h"

enum { TEXT = 200, MOST = 2000 };

static void parameters(const ag_op *op, const ag_case *from, char text[TEXT])
{
    sample s = sample_of(op, from, PLAIN);
    ck_assert(sample_open(&s, AG_F64));
    ag_tensor *y = sample_call(s.leaf, from->n_in, &s);
    ck_assert_ptr_nonnull(y);
    ag_attributes_text(y, text, TEXT);
    sample_close(&s);
}

/* Of all cases of all operations; returns how many there are. */
static int every_text(char (*text)[TEXT])
{
    int n = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        for (int k = 0; k < ag_op_at(i)->n_cases; k++) {
            ck_assert_int_lt(n, MOST);
            parameters(ag_op_at(i), &ag_op_at(i)->cases[k], text[n++]);
        }
    }
    return n;
}

START_TEST(test_parameters)
{
    static char want[MOST][TEXT], got[MOST][TEXT];
    int n = every_text(want), points = 0;
    for (int i = 0; i < n; i++) {
        points += strchr(want[i], '.') != NULL;
    }
    printf("%d texts, %d of them with a point\n", n, points);
    ck_assert_int_gt(points, 5);
    if (comma_begin()) {
        ck_assert_int_eq(every_text(got), n);
        comma_end();
        for (int i = 0; i < n; i++) {
            ck_assert_str_eq(got[i], want[i]);
        }
    }
}
END_TEST

CHECK_MAIN("registry_locale", test_parameters)
