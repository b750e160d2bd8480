import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Makes users and their rights: lines of `user NAME PASSWORD` and of `allow NAME TYPE RESOURCE OPERATION`. */
class Rights {
    public static void main(String[] arguments) throws Exception {
        List<UserScramCredentialAlteration> users = new ArrayList<>();
        List<AclBinding> rights = new ArrayList<>();
        Scanner lines = new Scanner(System.in);
        while (lines.hasNextLine()) {
            String[] words = lines.nextLine().split(" ");
            if (words[0].equals("user")) {
                var iterations = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
                users.add(new UserScramCredentialUpsertion(words[1], iterations, words[2]));
            } else {
                var resource = new ResourcePattern(ResourceType.fromString(words[2]), words[3], PatternType.LITERAL);
                var operation = AclOperation.fromString(words[4]);
                var entry = new AccessControlEntry("User:" + words[1], "*", operation, AclPermissionType.ALLOW);
                rights.add(new AclBinding(resource, entry));
            }
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
            admin.alterUserScramCredentials(users).all().get();
            admin.createAcls(rights).all().get();
        }
    }
}
