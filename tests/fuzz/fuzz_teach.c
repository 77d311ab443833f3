/* Any bytes as a page of calculations and as a worksheet that a student filled in: the calculations
 * are judged or passed over, and each answer that is read gets a verdict.
 */
#include "fuzz.h"

#include <autograd.h>

enum { ROOM = 30 };

/* sin(x y) + x / y, whose sheet has blanks of all three kinds. */
static ag_tensor *record(ag_graph *g)
{
    ag_tensor *x = ag_name(ag_variable(g, 2), "x"), *y = ag_name(ag_variable(g, 5), "y");
    ag_tensor *a = ag_mul(x, y), *b = ag_sin(a);
    return ag_add(b, ag_div(x, y));
}

static void check(const char *text, size_t n)
{
    viz_check_result judged, reported;
    char *told = NULL;
    size_t length = 0;
    FILE *report = open_memstream(&told, &length);
    fuzz_require(report != NULL);
    fuzz_require(viz_check(NULL, text, n, &judged) == AG_OK);
    fuzz_require(viz_check(report, text, n, &reported) == AG_OK);
    fuzz_require(judged.wrong <= judged.checked && judged.checked == reported.checked &&
                 judged.wrong == reported.wrong && judged.skipped == reported.skipped);
    fclose(report);
    free(told);
}

static void diagnose(const char *text, size_t bytes)
{
    viz_answer answer[ROOM];
    viz_diagnosis verdict[ROOM];
    size_t n = 0;
    fuzz_require(viz_read_answers(text, bytes, answer, ROOM, &n) == AG_OK && n <= ROOM);
    ag_graph *g = ag_graph_new();
    ag_tensor *f = record(g);
    fuzz_require(ag_backward(f) == AG_OK);
    fuzz_require(viz_diagnose(f, NULL, answer, n, verdict) == AG_OK);
    for (size_t i = 0; i < n; i++) {
        fuzz_require(answer[i].tolerance >= 0 && verdict[i].verdict < VIZ_VERDICT_COUNT);
        for (size_t k = 0; k < i; k++) {
            fuzz_require(answer[k].blank != answer[i].blank);
        }
    }
    ag_graph_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    check((const char *)data, n);
    diagnose((const char *)data, n);
    return 0;
}
