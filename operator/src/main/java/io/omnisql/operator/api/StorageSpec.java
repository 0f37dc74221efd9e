package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The volume of each node. Rules on changes stand here and not at the fields, where removing and adding again would pass them by. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
        message = "storageClassName cannot be changed after creation")
@ValidationRule(value = "quantity(self.size).compareTo(quantity(oldSelf.size)) >= 0", message = "storage can only grow")
public record StorageSpec(
        @Required
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).isGreaterThan(quantity('255Mi'))",
                message = "size must be a quantity of at least 256Mi")
        @JsonPropertyDescription("Size of each volume; it can grow when the storage class allows it.")
        String size,

        @JsonPropertyDescription("Class of the volumes; the cluster's default class when missing.") @Nullable
        String storageClassName,

        @Default("{}") @JsonPropertyDescription("What becomes of volumes that are not needed any more.")
        Retention retention) {

    /** When volumes are deleted. */
    public record Retention(
            @Default("Retain")
            @JsonPropertyDescription(
                    "When the cluster is deleted; the Secret with the passwords goes the volumes' way.")
            Policy whenDeleted,

            @Default("Delete") @JsonPropertyDescription("When a member left. Others have the data.")
            Policy whenScaled) {
        /** What becomes of a volume. */
        public enum Policy {
            /** It stays. */
            Retain,
            /** It is deleted. */
            Delete
        }
    }
}
