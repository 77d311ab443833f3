/* What a teacher asks of texts: whether the calculations in them hold, and where the answers to a
 * worksheet come from. Must not know how either is found out.
 */
#include <autograd/viz_teach.h>
#include <stdlib.h>

#include "session.h"

#define MOST_ANSWERS 10000

int viz__run_check(const viz__request *r)
{
    size_t bytes = 0;
    viz_check_result result = {0};
    char *text = viz__read_file(r->program != NULL ? r->program : r->file, &bytes);
    if (text == NULL) {
        return VIZ__USAGE;
    }
    ag_status status = viz_check(stdout, text, bytes, &result);
    free(text);
    if (status != AG_OK) {
        fprintf(stderr, "autograd: check: %s\n", ag_status_text(status));
        return VIZ__WRONG;
    }
    printf("%zu numbers computed again, %zu wrong", result.checked, result.wrong);
    if (result.skipped > 0) {
        printf(", %zu lines not read", result.skipped);
    }
    putchar('\n');
    return result.wrong > 0 || result.skipped > 0 ? VIZ__WRONG : VIZ__DONE;
}

static ag_status diagnose(const viz__session *s, const viz__request *r, const char *text,
                          size_t bytes)
{
    const viz_options o = {.digits = (int)r->digits, .ascii = r->ascii, .sheet = VIZ_WORKSHEET};
    viz_answer *answer = calloc(MOST_ANSWERS, sizeof *answer);
    size_t n = 0;
    ag_status status =
        answer != NULL ? viz_read_answers(text, bytes, answer, MOST_ANSWERS, &n) : AG_ERR_MEMORY;
    n = n < MOST_ANSWERS ? n : MOST_ANSWERS;
    if (status == AG_OK) {
        status = viz_diagnose_print(stdout, s->root, &o, answer, n);
    }
    free(answer);
    return status;
}

int viz__run_diagnose(const viz__request *r)
{
    viz__session s;
    size_t bytes = 0;
    if (r->answers == NULL) {
        fprintf(stderr, "autograd: diagnose: name the worksheet with --answers\n");
        return VIZ__USAGE;
    }
    char *text = viz__read_file(r->answers, &bytes);
    bool open = text != NULL && viz__session_open(&s, r);
    ag_status status = AG_ERR_IO;
    if (open) {
        ag_retain_grads(s.graph, true);
        status = ag_backward(s.root);
        status = status == AG_OK ? diagnose(&s, r, text, bytes) : status;
        if (status != AG_OK) {
            viz__tell_error(s.graph);
        }
    }
    if (text != NULL) {
        viz__session_close(&s);
    }
    free(text);
    return status == AG_OK ? VIZ__DONE : VIZ__USAGE;
}
