/* The history as text: a table for people, CSV for programs. */
#include "history.h"
#include "nn/data/number.h"

#include <string.h>

static ag_status written(const FILE *out)
{
    return ferror((FILE *)AG_UNCONST(FILE *, out)) != 0 ? AG_ERR_IO : AG_OK;
}

/* --- CSV -------------------------------------------------------------------------------------- */

ag_status nn__write_header(FILE *out, const nn_history *h)
{
    fputs("epoch", out);
    for (int i = 0; i < h->columns; i++) {
        fprintf(out, ",%s", h->column[i].name);
    }
    fputc('\n', out);
    return written(out);
}

ag_status nn__write_epoch(FILE *out, const nn_history *h, int epoch)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "%d", epoch);
    for (int i = 0; i < h->columns; i++) {
        fprintf(out, ",%s", nn__number_text(h->column[i].value[epoch - 1], 17, text));
    }
    fputc('\n', out);
    return written(out);
}

ag_status nn_write_history(FILE *out, const nn_history *h)
{
    if (out == NULL || h == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_status status = nn__write_header(out, h);
    for (int e = 1; e <= h->epochs && status == AG_OK; e++) {
        status = nn__write_epoch(out, h, e);
    }
    return status;
}

/* --- a table ---------------------------------------------------------------------------------- */

enum { WIDTH = 10, DIGITS = 4, LINES = 40 };

/* Columns are as wide as their names. */
static int width_of(const nn__series *c)
{
    int n = (int)strlen(c->name);
    return n > WIDTH ? n : WIDTH;
}

static void print_epoch(FILE *out, const nn_history *h, int epoch)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "%6d", epoch);
    for (int i = 0; i < h->columns; i++) {
        const nn__series *c = &h->column[i];
        fprintf(out, "  %*s", width_of(c), nn__number_text(c->value[epoch - 1], DIGITS, text));
    }
    fputc('\n', out);
}

/* Of many epochs, as many as there are lines, evenly, with the first and the last. */
ag_status nn_print_history(FILE *out, const nn_history *h)
{
    if (out == NULL || h == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    fprintf(out, "%6s", "epoch");
    for (int i = 0; i < h->columns; i++) {
        fprintf(out, "  %*s", width_of(&h->column[i]), h->column[i].name);
    }
    fputc('\n', out);
    int lines = h->epochs < LINES ? h->epochs : LINES;
    for (int i = 0; i < lines; i++) {
        int64_t past = lines > 1 ? (int64_t)i * (h->epochs - 1) / (lines - 1) : 0;
        print_epoch(out, h, 1 + (int)past);
    }
    return written(out);
}
