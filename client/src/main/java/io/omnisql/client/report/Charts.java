package io.omnisql.client.report;

import io.omnisql.client.connection.Outcome;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The look that the plots share: white ground, few thin lines, colours that a colour-blind reader tells apart. */
final class Charts {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 560;
    private static final double MICROS_PER_MILLI = 1000.0;
    private static final double ONE_IN_MAX = 100_000;
    private static final double CURVE_STEP = 1.05;
    private static final BasicStroke SOLID = new BasicStroke(1.8f);
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {5f, 3f}, 0f);

    /** Okabe and Ito's palette. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x000000));

    private Charts() {}

    static String label(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    static XYChart overTime(String title, String yTitle) {
        return styled(title, "seconds since the first request", yTitle);
    }

    /** The x-axis is 1 / (1 − p), so that each further nine takes the same room. */
    static XYChart byPercentile() {
        XYChart chart = styled(
                "Latency percentiles",
                "one request in … is slower (2: p50, 10: p90, 100: p99, 1000: p99.9)",
                "latency [ms]");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        return chart;
    }

    static void addPercentileCurve(XYChart chart, String label, Histogram histogram) {
        List<Double> oneIn = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        double last = Math.clamp((double) histogram.getTotalCount(), 10, ONE_IN_MAX);
        for (double x = 1; x <= last; x *= CURVE_STEP) {
            oneIn.add(x);
            millis.add(Math.max(1, histogram.getValueAtPercentile(100 * (1 - 1 / x))) / MICROS_PER_MILLI);
        }
        chart.addSeries(label, oneIn, millis);
    }

    /** Gives each group of so many series a colour; within the group the second one is dashed. */
    static XYChart coloured(XYChart chart, int groupSize) {
        int number = 0;
        for (XYSeries series : chart.getSeriesMap().values()) {
            series.setLineColor(COLOURS.get(number / groupSize % COLOURS.size()));
            series.setLineStyle(number % groupSize == 0 ? SOLID : DASHED);
            series.setMarker(SeriesMarkers.NONE);
            number++;
        }
        return chart;
    }

    private static XYChart styled(String title, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        var styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setPlotGridLinesColor(new Color(0xDDDDDD));
        styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLocale(Locale.ROOT);
        return chart;
    }
}
