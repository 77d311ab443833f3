/* Proves the bar: where it is drawn and where not, how wide it is on narrow terminals, what it does
 * without color, without Unicode and on a dumb terminal, and how often it is drawn.
 */
#define _XOPEN_SOURCE 700 /* pseudo terminals */

#include "fit_cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* --- a terminal of our own -------------------------------------------------------------------- */

typedef struct screen {
    int master;
    FILE *out;
} screen;

static screen screen_new(unsigned short columns)
{
    screen s = {.master = posix_openpt(O_RDWR | O_NOCTTY)};
    ck_assert_int_ge(s.master, 0);
    ck_assert_int_eq(grantpt(s.master), 0);
    ck_assert_int_eq(unlockpt(s.master), 0);
    int end = open(ptsname(s.master), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(end, 0);
    s.out = fdopen(end, "w");
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    ck_assert_int_eq(ioctl(s.master, TIOCSWINSZ, &size), 0);
    ck_assert_int_eq(fcntl(s.master, F_SETFL, O_NONBLOCK), 0);
    return s;
}

/* What has been written since the last call. */
static char text[200000];
static void read_screen(const screen *s)
{
    size_t used = strlen(text);
    ssize_t n;
    while ((n = read(s->master, text + used, sizeof text - 1 - used)) > 0) {
        used += (size_t)n;
    }
    text[used] = '\0';
}

static void screen_close(screen *s)
{
    fclose(s->out);
    close(s->master);
}

/* Reads what is drawn, so that the terminal does not become full, and takes some time. */
static void slowly(nn_event *e, void *user)
{
    const struct timespec pause = {.tv_nsec = 4000000};
    if (e->when == NN_BATCH_END) {
        nanosleep(&pause, NULL);
    }
    if (user != NULL) {
        read_screen(user);
    }
}

static void train_on(FILE *out, nn_show show, screen *s)
{
    ag_graph *g = case_graph(AG_F64);
    nn_fit_options o = quiet(nn_mse, 20);
    o.batch = 4;
    o.validation_share = 0.3;
    o.metrics[0] = nn_rmse;
    o.show = show;
    o.show_on = out;
    o.callbacks[0] = (nn_callback){slowly, s};
    text[0] = '\0';
    ck_assert_ptr_nonnull(nn_fit(regressor(g), numbered(g, 30), &o));
    all_well(g);
    ag_graph_free(g);
}

static void use(const char *term, const char *lang, const char *no_color)
{
    setenv("TERM", term, 1);
    setenv("LC_ALL", lang, 1);
    setenv("NO_COLOR", no_color, 1);
}

static void train_on_screen(nn_show show, unsigned short columns)
{
    screen s = screen_new(columns);
    train_on(s.out, show, &s);
    fflush(s.out);
    read_screen(&s);
    screen_close(&s);
}

/* Columns of a line; a sequence of color takes none, and a letter of UTF-8 one. */
static int width_of(const char *line, const char *end)
{
    int width = 0;
    for (const char *p = line; p < end; p++) {
        if (*p == '\033') {
            while (p < end && *p != 'm') {
                p++;
            }
        } else {
            width += ((unsigned char)*p & 0xC0) != 0x80;
        }
    }
    return width;
}

/* The widest of what stands between returns; how many returns there are. */
static int widest(int *returns)
{
    int most = 0;
    *returns = 0;
    for (const char *p = text; *p != '\0';) {
        const char *end = p + strcspn(p, "\r\n");
        int width = width_of(p, end);
        bool line = *end == '\n' || (end[0] == '\r' && end[1] == '\n'); /* of an epoch */
        most = !line && width > most ? width : most;
        *returns += *end == '\r' && end[1] != '\n';
        p = *end != '\0' ? end + 1 : end;
    }
    return most;
}

/* --- tests ------------------------------------------------------------------------------------ */

/* On a terminal: epoch, bar, loss, values of the last epoch, speed, the losses in a row, time left;
 * and the same lines of epochs as elsewhere. */
START_TEST(test_on_a_terminal)
{
    int returns;
    use("xterm", "C.UTF-8", "");
    train_on_screen(NN_SHOW_AUTO, 160);
    ck_assert_int_lt(widest(&returns), 160);
    ck_assert_int_gt(returns, 1);
    const char *const want[] = {"\repoch ",
                                "/20  ",
                                "\033[32m\u2588",
                                "\u2591",
                                "\033[0m",
                                " steps/s",
                                " left",
                                "val_rmse ",
                                "epoch 10/20  loss ",
                                "epoch 20/20  loss "};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        ck_assert_msg(strstr(text, want[i]) != NULL, "no \"%s\" in %s", want[i], text);
    }
    ck_assert(strstr(text, "\u2588\u2586") != NULL || strstr(text, "\u2588\u2585") != NULL ||
              strstr(text, "\u2588\u2587") != NULL || strstr(text, "\u2588\u2584") != NULL);
}
END_TEST

/* Statement 52: at most ten times a second, so a bound of what was drawn in the time it took. */
START_TEST(test_not_too_often)
{
    struct timespec before, after;
    int returns;
    use("xterm", "C", "1");
    clock_gettime(CLOCK_MONOTONIC, &before);
    train_on_screen(NN_SHOW_AUTO, 100);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double seconds =
        (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
    widest(&returns);
    ck_assert_int_le(returns, (int)(10 * seconds) + 1 + 2 * 7); /* and 7 lines, each wiped */
}
END_TEST

/* Whatever the width, a line never reaches it, and says which epoch it is. */
START_TEST(test_narrow)
{
    const unsigned short columns[] = {14, 20, 30, 40, 60, 80, 100};
    int returns;
    for (int i = 0; i < 7; i++) {
        use("xterm", i % 2 == 0 ? "de_DE.utf8" : "C", "1");
        train_on_screen(NN_SHOW_AUTO, columns[i]);
        ck_assert_int_lt(widest(&returns), columns[i]);
        ck_assert_int_gt(returns, 0);
        ck_assert_ptr_nonnull(strstr(text, "\repoch "));
        ck_assert_ptr_null(strchr(text, '\033'));
    }
}
END_TEST

/* Without Unicode there are signs; without a terminal that can, lines only; a bar that is asked for
 * is drawn anywhere, without color. */
START_TEST(test_plain)
{
    use("xterm", "C", "1");
    train_on_screen(NN_SHOW_AUTO, 120);
    ck_assert_ptr_nonnull(strstr(text, "##"));
    ck_assert_ptr_nonnull(strstr(text, "--"));
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert((unsigned char)*p < 0x80);
    }
    use("dumb", "C.UTF-8", "");
    int returns;
    train_on_screen(NN_SHOW_AUTO, 120);
    widest(&returns);
    ck_assert_int_eq(returns, 0);
    ck_assert_ptr_nonnull(strstr(text, "epoch 20/20"));
    use("xterm", "C.UTF-8", "");
    FILE *f = tmpfile();
    setenv("COLUMNS", "50", 1);
    train_on(f, NN_SHOW_BAR, NULL);
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    ck_assert_int_lt(widest(&returns), 50);
    ck_assert_int_gt(returns, 0);
    ck_assert_ptr_null(strchr(text, '\033'));
    fclose(f);
}
END_TEST

CHECK_MAIN("bar", test_on_a_terminal, test_not_too_often, test_narrow, test_plain)
