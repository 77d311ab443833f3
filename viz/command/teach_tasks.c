/* What a teacher asks of texts: whether the calculations in them hold, and where the answers to a
 * worksheet come from. Must not know how either is found out.
 */
#include <autograd/viz_teach.h>
#include <stdlib.h>

#include "session.h"

#define MOST_ANSWERS 10000

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_counts(const viz_check_result *result)
{
    printf("%zu number%s computed again, %zu wrong", result->checked, plural(result->checked),
           result->wrong);
    if (result->skipped > 0) {
        printf(", %zu line%s not read", result->skipped, plural(result->skipped));
    }
    putchar('\n');
    if (result->unread > 0) {
        printf("%zu number%s not judged, since letters or a table stand before: line%s",
               result->unread, plural(result->unread), plural(result->unread_lines));
        size_t room = sizeof result->unread_line / sizeof *result->unread_line;
        for (size_t i = 0; i < result->unread_lines && i < room; i++) {
            printf("%s %zu", i > 0 ? "," : "", result->unread_line[i]);
        }
        puts(result->unread_lines > room ? ", ..." : "");
    }
}

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
    print_counts(&result);
    /* A check of nothing is no success. */
    bool good = result.wrong == 0 && result.skipped == 0 && result.checked > 0;
    return good ? VIZ__DONE : VIZ__WRONG;
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
    if (text == NULL) {
        return VIZ__USAGE;
    }
    int code = viz__session_open(&s, r, NULL);
    code = code == VIZ__DONE ? viz__differentiate(&s, r) : code;
    if (code == VIZ__DONE && diagnose(&s, r, text, bytes) != AG_OK) {
        code = viz__tell_error(&s);
    }
    viz__session_close(&s);
    free(text);
    return code;
}
