#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "support/Expect.h"
#include "support/RandomNetworks.h"
#include <cmath>
#include <limits>

using namespace OpenMMOscillators;

TEST(NetworkParameters, FamiliesTileTheFlatVectorInOrder) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(4, 3, 2);
    const ParameterLayout layout(network);
    int next = 0;
    for (ParameterFamily family : allParameterFamilies) {
        EXPECT_EQ(layout.getOffset(family), next);
        EXPECT_EQ(layout.getSize(family), isEdgeFamily(family) ? network.getNumEdges() : network.getNumOscillators());
        next += layout.getSize(family);
    }
    EXPECT_EQ(layout.getNumParameters(), next);
    EXPECT_EQ(network.getNumParameters(), next);
}

TEST(NetworkParameters, FamilyAndFlatAccessAgree) {
    RandomNetworks random(1);
    const OscillatorNetwork network = random.network(5, 0.6);
    NetworkParameters theta(network);
    for (double value : theta.getValues())
        EXPECT_EQ(value, 0.0);
    for (ParameterFamily family : allParameterFamilies) {
        const std::vector<double> values = random.uniforms(theta.getLayout().getSize(family), -1.0, 1.0);
        theta.setFamily(family, values);
        EXPECT_EQ(theta.getFamily(family), values);
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_EQ(theta.get(family, static_cast<int>(i)), values[i]);
            EXPECT_EQ(theta[theta.getLayout().getOffset(family) + static_cast<int>(i)], values[i]);
        }
    }
    EXPECT_EQ(NetworkParameters(network, theta.getValues()).getValues(), theta.getValues());
    theta.set(ParameterFamily::Bias, 3, 7.0);
    EXPECT_EQ(theta.getFamily(ParameterFamily::Bias)[3], 7.0);
    theta.fillFamily(ParameterFamily::CDuff, 0.25);
    EXPECT_EQ(theta.getFamily(ParameterFamily::CDuff), std::vector<double>(network.getNumEdges(), 0.25));
}

TEST(NetworkParameters, NamesAreReadBack) {
    for (ParameterFamily family : allParameterFamilies)
        EXPECT_EQ(parameterFamilyFromName(getParameterFamilyName(family)), family);
    EXPECT_ERROR(parameterFamilyFromName("k_linear"), std::invalid_argument,
                 "unknown parameter family 'k_linear': expected one of k_lin, k_duff, k_6, bias, c_lin, c_optomech, "
                 "c_duff");
}

TEST(NetworkParameters, RefusesWrongShapesAndValues) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(2, 2, 1); // N = 4, E = 6, P = 34
    NetworkParameters theta(network);
    EXPECT_ERROR(NetworkParameters(network, std::vector<double>(33)), std::invalid_argument,
                 "found 33 values, expected 34");
    std::vector<double> values(34);
    values[5] = NAN;
    EXPECT_ERROR(NetworkParameters(network, values), std::invalid_argument, "value 5 is nan");
    EXPECT_ERROR(theta.setFamily(ParameterFamily::CLin, std::vector<double>(4)), std::invalid_argument,
                 "setFamily(c_lin): found 4 values, expected 6");
    EXPECT_ERROR(theta.set(ParameterFamily::KLin, 0, std::numeric_limits<double>::infinity()), std::invalid_argument,
                 "k_lin");
    EXPECT_ERROR(theta.get(ParameterFamily::KDuff, 4), std::out_of_range, "k_duff 4 does not exist: the family has 4");
    EXPECT_ERROR(theta.set(ParameterFamily::CDuff, -1, 0.0), std::out_of_range, "c_duff -1");
}
