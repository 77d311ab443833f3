/* Proves the history: what can be asked of it, as a table and as CSV; and the lines that show
 * progress where there is no terminal.
 */
#include "fit_cases.h"

#include <locale.h>
#include <stdio.h>

/* What a file holds, from its beginning. */
static char *text_of(FILE *f)
{
    static char text[20000];
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    return text;
}

static double worse(ag_tensor *y, ag_tensor *t, const void *user)
{
    int *epoch = *(int *const *)user;
    (void)y;
    (void)t;
    return 1.0 / ++*epoch;
}

static nn_history *trained(ag_graph *g, int epochs, nn_fit_options o)
{
    static int calls;
    static int *at = &calls;
    calls = 0;
    o.loss = nn_mse;
    o.epochs = epochs;
    o.seed = 1;
    o.metrics[0] = (nn_metric){"worse", worse, true, &at};
    nn_history *h = nn_fit(regressor(g), numbered(g, 20), &o);
    all_well(g);
    return h;
}

START_TEST(test_asking)
{
    ag_graph *g = case_graph(AG_F64);
    nn_history *h = trained(g, 4, (nn_fit_options){.show = NN_SHOW_NOTHING});
    ck_assert_int_eq(nn_epochs(h), 4);
    ck_assert_str_eq(nn_history_name(h, 0), "loss");
    ck_assert_str_eq(nn_history_name(h, 1), "worse");
    ck_assert_str_eq(nn_history_name(h, 2), "rate");
    ck_assert_ptr_null(nn_history_name(h, 3));
    int epoch = 0;
    expect_same(nn_best(h, "worse", &epoch), 1);
    ck_assert_int_eq(epoch, 1);
    double best = nn_best(h, "loss", &epoch);
    expect_same(best, nn_history_at(h, "loss", epoch));
    expect_same(nn_last(h, "worse"), 0.25);
    expect_same(nn_history_at(h, "worse", 2), 0.5);
    ck_assert(nn_history_at(h, "worse", 0) != nn_history_at(h, "worse", 0));
    ck_assert(nn_history_at(h, "worse", 5) != nn_history_at(h, "worse", 5));
    expect_numbers(HERE, "curve", nn_curve(h, "worse"), (const double[]){1, 0.5, 1.0 / 3, 0.25}, 4,
                   1e-16);
    ck_assert(nn_more_is_better(h, "worse") && !nn_more_is_better(h, "loss"));
    ck_assert_str_eq(nn_remarks(h), "");
    ck_assert_int_eq(nn_ended_by(h), NN_END_EPOCHS);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_asking_for_nothing)
{
    ag_graph *g = case_graph(AG_F64);
    nn_history *h = trained(g, 2, (nn_fit_options){.show = NN_SHOW_NOTHING});
    ck_assert(nn_last(h, "acuracy") != nn_last(h, "loss"));
    no_tensor(g, HERE, NULL, AG_ERR_VALUE, "nn_last: there is no \"acuracy\"", "loss, worse, rate");
    no_tensor(g, HERE, (void *)(uintptr_t)nn_curve(h, NULL), AG_ERR_VALUE, LINE, "nn_curve: ");
    ck_assert(nn_last(NULL, "loss") != 0);
    ck_assert_int_eq(nn_epochs(NULL), 0);
    ag_graph_free(g);
}
END_TEST

/* Numbers have a point whatever the locale says (statement 45); the table keeps the last epoch. */
START_TEST(test_written)
{
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    ag_graph *g = case_graph(AG_F64);
    nn_history *h = trained(g, 100, (nn_fit_options){.show = NN_SHOW_NOTHING});
    FILE *f = tmpfile();
    expect_ok(nn_write_history(f, h));
    char *text = text_of(f);
    ck_assert_msg(strncmp(text, "epoch,loss,worse,rate\n1,", 24) == 0, "%.60s", text);
    ck_assert_ptr_nonnull(strstr(text, ",0.5,0.001\n3,"));
    ck_assert_ptr_nonnull(strstr(text, "\n100,"));
    fclose(f);
    f = tmpfile();
    expect_ok(nn_print_history(f, h));
    text = text_of(f);
    int lines = 0;
    for (const char *p = text; *p != '\0'; p++) {
        lines += *p == '\n';
    }
    ck_assert_int_eq(lines, 41);
    ck_assert_ptr_nonnull(strstr(text, "\n     1  "));
    ck_assert_ptr_nonnull(strstr(text, "\n   100  "));
    fclose(f);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_written)
{
    ag_graph *g = case_graph(AG_F64);
    nn_history *h = trained(g, 2, (nn_fit_options){.show = NN_SHOW_NOTHING});
    ck_assert_int_eq(nn_print_history(NULL, h), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_write_history(stdout, NULL), AG_ERR_NULL_ARGUMENT);
    FILE *f = fopen("/dev/full", "w");
    if (f != NULL) {
        setvbuf(f, NULL, _IONBF, 0);
        ck_assert_int_eq(nn_print_history(f, h), AG_ERR_IO);
        ck_assert_int_eq(nn_write_history(f, h), AG_ERR_IO);
        fclose(f);
    }
    ag_graph_free(g);
}
END_TEST

/* Statement 51: where there is no terminal, lines of epochs 1, 2, 5, 10, 20, 50, 100 and the last,
 * whatever AUTO finds; nothing is drawn in place. */
START_TEST(test_lines)
{
    const int want[] = {1, 2, 5, 10, 20, 50, 100, 120};
    FILE *f = tmpfile();
    ag_graph *g = case_graph(AG_F64);
    trained(g, 120, (nn_fit_options){.show_on = f});
    char *text = text_of(f), *line = strtok(text, "\n");
    for (int i = 0; i < 8; i++) {
        int epoch, of;
        double loss, value;
        ck_assert_ptr_nonnull(line);
        ck_assert_int_eq(
            sscanf(line, "epoch %d/%d  loss %lf  worse %lf", &epoch, &of, &loss, &value), 4);
        ck_assert_int_eq(epoch, want[i]);
        ck_assert_int_eq(of, 120);
        ck_assert(strpbrk(line, "\r\033") == NULL);
        line = strtok(NULL, "\n");
    }
    ck_assert_ptr_null(line);
    fclose(f);
    f = tmpfile();
    trained(g, 3, (nn_fit_options){.show_on = f, .show = NN_SHOW_NOTHING});
    ck_assert_str_eq(text_of(f), "");
    fclose(f);
    ag_graph_free(g);
}
END_TEST

static void stop_at_three(nn_event *e, void *user)
{
    (void)user;
    e->stop |= e->when == NN_EPOCH_END && e->epoch == 3;
}

START_TEST(test_last_line)
{
    FILE *f = tmpfile();
    ag_graph *g = case_graph(AG_F64);
    trained(g, 9, (nn_fit_options){.show_on = f, .callbacks = {{stop_at_three, NULL}}});
    char *text = text_of(f);
    ck_assert_ptr_nonnull(strstr(text, "\nepoch 3/9  loss "));
    ck_assert_ptr_nonnull(strstr(text, "\nstopped after epoch 3 of 9\n"));
    fclose(f);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("history", test_asking, test_asking_for_nothing, test_written, test_not_written,
           test_lines, test_last_line)
