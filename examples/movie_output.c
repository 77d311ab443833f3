/* The movie network of movie.c from its second hidden layer on: the output layer for two classes,
 * with softmax written out in exp, sum and div; and the lecture's exercise, one step of the
 * regression on a second film. The activations A going in are the lecture's, so every number is.
 * Source: lecture notes on neural networks, section 11.4: tables 11.13 and 11.14, equations 11.31
 * to 11.44, and the exercise 11.4.9 with its solution.
 */
#include "board.h"
#include "example.h"

typedef struct classes {
    ag_tensor *z, *p, *loss;
} classes;

/* P = exp(Z) / sum exp(Z), loss = -log P(Hit). Such small Z cannot overflow. */
static classes classify(ag_graph *g, bool rounding)
{
    const double beta[] = {-0.50, 1.20, -0.60, 0.30, 0.80, -0.40, 1.10, 0.20}; /* Flop, Hit */
    const double a[] = {1, 0.075, 1.230, 0};                                   /* 1 for the bias */
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 4), beta);
    classes c = {.z = ag_matmul(w, ag_from_values(g, AG_CONSTANT, AG_SHAPE(4), a))};
    ag_tensor *power = ag_exp(ag_retain_grad(c.z));
    c.p = ag_div(power, ag_sum(power));
    c.p = rounding ? board_round(c.p, 3) : c.p;
    c.loss = ag_neg(ag_log(ag_slice(c.p, 0, 1, 2, 1)));
    return c;
}

static bool report_classes(const classes *e, const classes *r)
{
    puts("film 1 as Flop or Hit           exact     rounded   lecture");
    bool good = board_row("Z of Flop", board_at(e->z, 0), board_at(r->z, 0), "-1.148");
    good &= board_row("Z of Hit", board_at(e->z, 1), board_at(r->z, 1), "2.123");
    good &= board_row("P(Flop)", board_at(e->p, 0), board_at(r->p, 0), "0.037");
    good &= board_row("P(Hit)", board_at(e->p, 1), board_at(r->p, 1), "0.963");
    good &= board_row("loss", ag_item(e->loss), ag_item(r->loss), "0.038");
    good &= board_row("dloss/dZ of Flop", board_gradient_at(e->z, 0), board_gradient_at(r->z, 0),
                      "0.037");
    good &= board_row("dloss/dZ of Hit", board_gradient_at(e->z, 1), board_gradient_at(r->z, 1),
                      "-0.037");
    printf("-log %.6f is %.4f; the lecture takes the logarithm of %.3f.\n\n", board_at(e->p, 1),
           ag_item(e->loss), board_at(r->p, 1));
    return good;
}

typedef struct film {
    ag_tensor *w21, *beta[4], *prediction, *loss;
} film;

/* Node 2 of layer 2 is written out, to differentiate by w21, its weight for A1 = 0.972; a constant
 * makes up for the rest of its z = 1.113. Nodes 1 and 3 gave 0. (The exercise also prints z = 0.934
 * for node 2, which its own A = 1.113 contradicts.) */
static film second_film(ag_graph *g, bool rounding)
{
    const double beta[] = {1.50, 2.80, 3.10, 0.95};
    film f = {.w21 = ag_parameter(g, -0.30)};
    ag_tensor *z = ag_add_scalar(ag_mul_scalar(f.w21, 0.972), 1.113 + 0.30 * 0.972);
    ag_tensor *a[] = {NULL, ag_constant(g, 0), ag_relu(z), ag_constant(g, 0)};
    f.prediction = f.beta[0] = ag_parameter(g, beta[0]);
    for (int k = 1; k < 4; k++) {
        f.beta[k] = ag_parameter(g, beta[k]);
        f.prediction = ag_add(f.prediction, ag_mul(f.beta[k], a[k]));
    }
    f.prediction = rounding ? board_round(f.prediction, 2) : f.prediction;
    f.loss = ag_mul_scalar(ag_square(ag_add_scalar(f.prediction, -4.3)), 0.5);
    return f;
}

static bool report_film(const film *e, const film *r)
{
    double de = ag_grad_item(e->w21), dr = ag_grad_item(r->w21);
    puts("film 2, the exercise            exact     rounded   lecture");
    bool good = board_row("prediction", ag_item(e->prediction), ag_item(r->prediction), "4.95");
    good &= board_row("loss R", ag_item(e->loss), ag_item(r->loss), "0.211");
    good &= board_row("dR/dbeta2", ag_grad_item(e->beta[2]), ag_grad_item(r->beta[2]), "0.723");
    good &= board_row("dR/dw21", de, dr, "1.959");
    good &= board_row("w21 after the step", -0.30 - 0.01 * de, -0.30 - 0.01 * dr, "-0.3196");
    good &= ag_grad_item(e->beta[1]) == 0 && ag_grad_item(e->beta[3]) == 0;
    printf("  dR/dbeta1 and dR/dbeta3 are %g and %g, exactly: their nodes are dead.\n",
           ag_grad_item(e->beta[1]), ag_grad_item(e->beta[3]));
    puts("The lecture's R code does not round the prediction and gets 0.724 for dR/dbeta2. Its\n"
         "A1 = 0.972 is film 1's: from film 2's inputs (0.9, 1.4, -0.6, 0.3, 1.1) that node gets\n"
         "z = -0.225, so it is dead, and dR/dw21 would be 0.");
    return good;
}

int main(int argc, char **argv)
{
    example e = {"Two classes by softmax, and one step on a second film, as on the board.",
                 .no_seed = true, .draws = "movie-classes.svg, movie-exercise.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    classes exact = classify(g, false), rounded = classify(g, true);
    film exact2 = second_film(g, false), rounded2 = second_film(g, true);
    bool good = ag_backward(rounded.loss) == AG_OK && ag_backward(rounded2.loss) == AG_OK &&
                ag_backward(exact.loss) == AG_OK &&
                example_draw_graph(&e, "movie-classes", exact.loss, NULL) &&
                ag_backward(exact2.loss) == AG_OK &&
                example_draw_graph(&e, "movie-exercise", exact2.loss, NULL);
    good = good && report_classes(&exact, &rounded) && report_film(&exact2, &rounded2);
    return example_end(g, good);
}
