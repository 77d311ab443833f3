/* The result of a gradient check in one line. Knows only the result. */
#include <autograd/engine.h>
#include <autograd/gradcheck.h>
#include <math.h>
#include <stdio.h>

void ag_gradcheck_text(const ag_gradcheck_result *check, char *text, size_t bytes)
{
    if (check == NULL || text == NULL || bytes == 0) {
        return;
    }
    if (check->status != AG_OK) {
        snprintf(text, bytes, "gradcheck could not run: %s; see ag_error_message",
                 ag_status_text(check->status));
        return;
    }
    char name[160];
    if (check->operations > 1) {
        ag_format_text(name, sizeof name, "a function of %lld operations, the last of them %.60s,",
                       (long long)check->operations, check->op);
    } else {
        ag_format_text(name, sizeof name, "%.60s", check->op);
    }
    ag_format_text(
        text, bytes,
        "gradcheck of %s %s: %lld derivative%s; the largest error is at operand %d, element %lld, "
        "output %lld: %s says %.10g, the differences %.10g (apart by %.3g, %.3g times the "
        "tolerance)",
        name, check->ok ? "passed" : "FAILED", (long long)check->derivatives,
        check->derivatives == 1 ? "" : "s", check->operand, (long long)check->index,
        (long long)check->output,
        check->by_numbers ? "the rule in numbers (.backward)" : "the rule", check->analytic,
        check->numeric, fabs(check->analytic - check->numeric), check->error);
}
