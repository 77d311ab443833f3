/* A transformer over characters: it learns to continue a text, then writes one (the notes on deep
 * learning, 11.15 and 11.17): greedily, which repeats itself, and drawn at temperature 0.8.
 * 818,241 parameters see 64 characters at a time; the last tenth of the text is for validation.
 * examples/data has the first pages of Shakespeare; the whole text that such models are tried on
 * comes by --data, from
 * https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt
 * Six epochs on it, 4.5 minutes of one core, give 1.60 nats a character (1.75 after the third).
 */
#include "heads.h"

enum { WINDOW = 64, WIDTH = 128, BLOCKS = 4, BATCH = 32 };

static nn_module *language_model(ag_graph *g, int64_t characters)
{
    const nn_transformer_options o = {.heads = HEADS, .causal = true};
    nn_module *block[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        block[i] = nn_transformer_block(g, &o);
    }
    return nn_sequential(g, nn_embedding(g, characters, WIDTH, NULL), nn_positions(g, WINDOW, NULL),
                         nn_sequential_of(g, block, BLOCKS), nn_layer_norm(g, NULL),
                         nn_linear(g, characters, NULL));
}

/* AdamW with a warm-up and half a wave; the gradient's norm is clipped. */
static nn_optimizer *optimizer(ag_graph *g, int64_t steps)
{
    const ag_adam adamw = {.rate = 2e-3, .beta2 = 0.99, .weight_decay = 0.1, .decoupled = true};
    int64_t warm_up = steps / 20 + 1;
    nn_schedule schedule = nn_warm_up(nn_cosine_decay(steps - warm_up, 0.05), warm_up, 0);
    return nn_with_clipping(nn_with_schedule(nn_adam(g, &adamw), schedule),
                            (nn_clipping){.norm = 1});
}

/* Draws from softmax(logits/temperature); temperature 0 takes the largest (eq. 11.62). */
static int64_t draw(ag_tensor *logits, double temperature)
{
    if (temperature <= 0) {
        return (int64_t)ag_item(ag_argmax(logits));
    }
    ag_tensor *p = ag_softmax(ag_mul_scalar(logits, 1 / temperature), 0);
    double left = ag_random_uniform(ag_graph_of(p));
    int64_t c = 0, last = ag_size(p) - 1;
    while (c < last && (left -= ag_item_at(p, AG_SHAPE(c))) >= 0) {
        c++;
    }
    return c;
}

/* Writes at most `length` characters after a line break, each from the last WINDOW ones; the greedy
 * one ends with its first speech, after which there is a second line break. */
static bool write_on(nn_module *net, const nn_data *text, int length, double temperature)
{
    ag_graph *g = nn_graph_of(net);
    int64_t *seen = ag_graph_memory(g, ((size_t)length + 1) * sizeof *seen);
    bool good = seen != NULL && nn_text_classes(text, "\n", seen, 1) == 1;
    ag_mark mark = ag_graph_mark(g);
    nn_set_training(net, false);
    ag_no_grad_enter(g);
    for (int n = 1; n <= length && good; n++) {
        int from = n > WINDOW ? n - WINDOW : 0;
        ag_tensor *x = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, n - from), seen + from);
        seen[n] = draw(ag_select(ag_select(nn_call(net, x), 0, 0), 0, -1), temperature);
        good = ag_error(g) == AG_OK && ag_graph_rewind(g, mark) == AG_OK;
        fputs(good ? nn_class_name(text, seen[n]) : "", stdout);
        if (temperature == 0 && n > 1 && seen[n] == seen[0] && seen[n - 1] == seen[0]) {
            break;
        }
    }
    ag_no_grad_leave(g);
    puts("");
    return good;
}

int main(int argc, char **argv)
{
    example e = {"A transformer that learns to continue a text, character by character.",
                 .data = "examples/data/shakespeare.txt",
                 .seed = 1,
                 .epochs = 6,
                 .generate = 500,
                 .draws = "char-transformer-curves.svg, char-transformer-attention.svg, "
                          "char-transformer-network.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *text = nn_read_text(g, e.data, &(nn_text){.window = WINDOW});
    nn_halves part = nn_split(text, 0.1, &(nn_split_options){.in_order = true});
    nn_module *net = language_model(g, nn_classes(text));
    int64_t steps = e.epochs * (nn_rows(part.train) / BATCH + 1);
    nn_history *h = nn_fit(net, part.train,
                           &(nn_fit_options){.loss = nn_cross_entropy,
                                             .loss_user = &(nn_class_options){.classes_last = true},
                                             .optimizer = optimizer(g, steps),
                                             .epochs = e.epochs,
                                             .batch = BATCH,
                                             .validation = part.test,
                                             .interruptible = true});
    bool good = h != NULL && nn_print_history(stdout, h) == AG_OK;
    const char *curves = example_figure(&e, g, "char-transformer-curves.svg");
    good = good && EXAMPLE_DRAWN(curves, nn_save_curves, h, "Nats a character", NULL);
    for (int i = 0; i < 2 && good; i++) {
        printf("\n--- temperature %.1f ---\n", 0.8 * i);
        good = write_on(net, text, i == 0 ? e.generate / 4 : e.generate, 0.8 * i);
    }
    good = good && show_attention(&e, net, part.test) && draw_network(&e, net, part.test);
    return example_end(g, good);
}
