/* The text of the bar: pieces, of which as many are shown as fit. Draws nothing itself. */
#include "bar.h"

#include "nn/data/number.h"

#include <math.h>
#include <string.h>

enum { PIECE = 500, CELLS = 16, SPARKS = 16, DIGITS = 4 };

/* --- numbers ---------------------------------------------------------------------------------- */

/* What is for figures alone is not shown. */
static bool is_shown(const char *name)
{
    return strcmp(name, "rate") != 0 && strcmp(name, "objective") != 0;
}

void nn__values_text(const nn_history *h, bool and_loss, char text[NN__VALUES])
{
    char number[NN__NUMBER_TEXT];
    size_t used = 0;
    text[0] = '\0';
    for (int i = and_loss ? 0 : 1; nn_epochs(h) > 0 && nn_history_name(h, i) != NULL; i++) {
        const char *name = nn_history_name(h, i);
        const char *value = nn__number_text(nn_last(h, name), DIGITS, number);
        if (is_shown(name) && used + strlen(name) + strlen(value) + 4 < NN__VALUES) {
            used += (size_t)snprintf(text + used, NN__VALUES - used, "%s%s %s",
                                     used > 0 ? "  " : "", name, value);
        }
    }
}

bool nn__has_line(int64_t i)
{
    while (i >= 10 && i % 10 == 0) {
        i /= 10;
    }
    return i == 1 || i == 2 || i == 5;
}

void nn__time_text(double seconds, char text[NN__TIME])
{
    if (!(seconds >= 0 && seconds < 360000)) {
        snprintf(text, NN__TIME, "?");
        return;
    }
    int s = (int)(seconds + 0.5), minutes = s / 60;
    if (minutes < 60) {
        snprintf(text, NN__TIME, "%d:%02d", minutes, s % 60);
    } else {
        snprintf(text, NN__TIME, "%d:%02d:%02d", minutes / 60, minutes % 60, s % 60);
    }
}

/* --- pieces ----------------------------------------------------------------------------------- */

typedef struct piece {
    char text[PIECE];
    int width; /* in columns */
    int rank;  /* 0 is the most important */
    bool shown;
} piece;

static void plain(piece *p, int rank)
{
    p->width = (int)strlen(p->text);
    p->rank = rank;
}

static void epoch_piece(piece *p, const nn__bar *b)
{
    snprintf(p->text, PIECE, "epoch %d/%d", b->event->epoch, b->event->epochs);
    plain(p, 0);
}

static void append(piece *p, const char *text)
{
    size_t used = strlen(p->text);
    snprintf(p->text + used, PIECE - used, "%s", text);
}

/* Cells of which a part is full. */
static void bar_piece(piece *p, const nn__bar *b)
{
    int full = (int)(b->part * CELLS + 0.5);
    p->text[0] = '\0';
    append(p, b->terminal.color ? "\033[32m" : "");
    for (int i = 0; i < CELLS; i++) {
        const char *cell = i < full ? "#" : "-";
        const char *block = i < full ? "\u2588" : "\u2591";
        append(p, b->terminal.unicode ? block : cell);
    }
    append(p, b->terminal.color ? "\033[0m" : "");
    p->width = CELLS;
    p->rank = 3;
}

static void speed_piece(piece *p, const nn__bar *b)
{
    char number[NN__NUMBER_TEXT];
    double speed = b->seconds > 0 ? (double)b->steps / b->seconds : 0;
    speed = speed >= 100 ? floor(speed + 0.5) : speed;
    snprintf(p->text, PIECE, "%s steps/s", nn__number_text(speed, speed >= 100 ? 9 : 3, number));
    plain(p, 5);
}

static void loss_piece(piece *p, const nn__bar *b)
{
    char number[NN__NUMBER_TEXT];
    snprintf(p->text, PIECE, "loss %s", nn__number_text(b->event->loss, DIGITS, number));
    plain(p, 1);
}

static void values_piece(piece *p, const nn__bar *b)
{
    nn__values_text(b->event->history, false, p->text);
    plain(p, 2);
}

static void left_piece(piece *p, const nn__bar *b)
{
    char time[NN__TIME];
    nn__time_text(b->part > 0 ? b->seconds / b->part - b->seconds : -1, time);
    snprintf(p->text, PIECE, "%s left", time);
    plain(p, 4);
}

/* The loss of all epochs so far, from the first to the last, in cells between the lowest and the
 * highest of those that are shown. */
static void spark_piece(piece *p, const nn__bar *b)
{
    static const char *const block[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                        "\u2585", "\u2586", "\u2587", "\u2588"};
    static const char *const sign[] = {"_", ".", "-", "~", "+", "=", "*", "#"};
    const nn_history *h = b->event->history;
    int epochs = nn_epochs(h), cells = epochs < SPARKS ? epochs : SPARKS;
    const double *loss = nn_curve(h, "loss");
    double low = (double)INFINITY, high = -(double)INFINITY;
    p->text[0] = '\0';
    for (int i = 0; i < epochs; i++) {
        low = fmin(low, loss[i]);
        high = fmax(high, loss[i]);
    }
    for (int i = 0; i < cells; i++) {
        int64_t at = cells > 1 ? (int64_t)i * (epochs - 1) / (cells - 1) : 0;
        double height = high > low ? (loss[at] - low) / (high - low) : 0;
        int level = (int)(height * 7 + 0.5);
        append(p, b->terminal.unicode ? block[level] : sign[level]);
    }
    p->width = cells;
    p->rank = 6;
}

/* --- the line --------------------------------------------------------------------------------- */

typedef void piece_of(piece *p, const nn__bar *b);
static piece_of *const pieces[] = {epoch_piece, bar_piece,   loss_piece, values_piece,
                                   speed_piece, spark_piece, left_piece};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

/* Chooses by rank what fits; returns how wide that is. */
static int choose(piece *p, int columns)
{
    int width = -2;
    for (int rank = 0; rank < PIECES; rank++) {
        for (int i = 0; i < PIECES; i++) {
            if (p[i].rank == rank && p[i].width > 0 && width + p[i].width + 2 < columns) {
                p[i].shown = true;
                width += p[i].width + 2;
            }
        }
    }
    return width > 0 ? width : 0;
}

int nn__bar_text(const nn__bar *b, char text[NN__BAR])
{
    piece p[PIECES];
    size_t used = 0;
    for (int i = 0; i < PIECES; i++) {
        p[i].shown = false;
        pieces[i](&p[i], b);
    }
    int width = choose(p, b->columns);
    text[0] = '\0';
    for (int i = 0; i < PIECES; i++) {
        if (p[i].shown) {
            used += (size_t)snprintf(text + used, NN__BAR - used, "%s%s", used > 0 ? "  " : "",
                                     p[i].text);
        }
    }
    return width;
}
